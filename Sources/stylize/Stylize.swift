import ArgumentParser
import Foundation
import Kernels

/// The root command: one content picture in the style of others.
@main struct Stylize: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "stylize",
        abstract: "Paints one picture in the style of others.",
        usage: "stylize --content <file> --style <file> [<options>]",
        discussion: """
            stylize --content photo.jpg --style waves.png
            stylize -c photo.jpg -s waves.png -s rust.png --style-blend 2,1
            stylize -c photo.jpg -s waves.png --size 512 --style-scale 2 -o out.jpg
            stylize draw-examples --output images
            """,
        version: version,
        subcommands: [Compare.self, DrawExamples.self, TrainOptimizer.self])

    /// Every sentence that ends the program starts alike, the argument parser's too.
    static let _errorPrefix = "stylize: "

    @OptionGroup(title: "Pictures") var pictures: PictureOptions
    @OptionGroup(title: "Look") var look: LookOptions
    @OptionGroup(title: "Run") var running: RunOptions
    @OptionGroup(title: "Advanced") var advanced: AdvancedOptions

    static func main() {
        // A reader who goes away makes a write fail; it must not end the program with the work half done.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try command(for: Array(CommandLine.arguments.dropFirst()))
            try command.run()
        } catch let failure as Failure {
            Reporter(verbosity: .quiet).failure(failure.sentence)
            exit(withError: ExitCode(failure.kind.rawValue))
        } catch {
            exit(withError: error)
        }
    }

    /// The command that a command line stands for.
    static func command(for arguments: [String]) throws -> any ParsableCommand {
        arguments.first == TrainOptimizer._commandName
            ? try Subcommands.parseAsRoot(arguments) : try parseAsRoot(arguments)
    }

    /// A root without options. `Stylize` would see the whole line first and keep the options it knows, of which
    /// training has others by the same names.
    private struct Subcommands: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "stylize", subcommands: [TrainOptimizer.self])
    }

    func run() throws {
        let transfer = try Transfer(self)
        let reporter = Reporter(verbosity: running.verbosity)
        for input in transfer.inputs { try PictureFile.check(input) }
        try transfer.destination.check(inputs: transfer.inputs, force: pictures.force)
        reporter.note(transfer.title)

        let interrupts = Interrupts {
            reporter.note("Stopping at the next step to save the best so far; press Ctrl-C again to quit at once.")
        }
        let summary = try Parallel.$threadCount.withValue(running.threadCount) {
            try transfer.run(reporter: reporter, interrupts: interrupts)
        }

        reporter.note(summary.sentence)
        if running.json {
            try printLine(summary.json)
        } else if case .file(let path) = transfer.destination.place {
            try printLine(path)
        }
        if summary.stopped { throw ExitCode(Failure.Kind.interrupted.rawValue) }
    }
}

/// Prints what a script is waiting for.
func printLine(_ line: String) throws {
    do {
        try StandardStream.output.write(line + "\n")
    } catch {
        throw Failure(.output, "standard output cannot be written; the picture is kept.")
    }
}
