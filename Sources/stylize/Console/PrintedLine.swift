import Foundation

/// Prints what a script is waiting for.
func printLine(_ line: String) throws {
    do {
        try StandardStream.output.write(line + "\n")
    } catch {
        throw Failure(.output, "standard output cannot be written; what went to files is kept.")
    }
}

/// The value as JSON on one line, its keys in order.
func jsonLine(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
