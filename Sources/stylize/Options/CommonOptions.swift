import ArgumentParser
import Numerics

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Processor cores to use. (default: all)", valueName: "n"))
    var threads: Int?

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    /// More threads than cores would only take memory.
    var threadCount: Int { min(threads ?? .max, Parallel.threadCount) }

    var verbosity: Reporter.Verbosity { quiet ? .quiet : .normal }

    func validate() throws {
        if let threads { try require(threads >= 1, "--threads is at least 1, not \(threads).") }
    }
}
