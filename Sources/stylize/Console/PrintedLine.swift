import Files
import Painting

/// Prints what a script is waiting for.
func printLine(_ line: String) throws {
    do {
        try StandardStream.output.write(line + "\n")
    } catch {
        throw Failure(.output, "standard output cannot be written; what went to files is kept.")
    }
}

/// Prints what became of a picture: as JSON, or by its output's path.
func printReport(_ report: PaintingReport, asJSON: Bool) throws {
    if asJSON {
        try printLine(jsonLine(report))
    } else if let output = report.output, output != "-", report.state != .failed {
        try printLine(output)
    }
}
