import ArgumentParser
import DrawnPictures
import Numerics
import Painting

/// `stylize draw-examples`: writes the example pictures, which are drawn by code.
struct DrawExamples: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw example contents and styles to play with.",
        usage: "stylize draw-examples [--output <folder>] [--force]")

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The folder to draw in.", valueName: "folder"), completion: .directory)
    var output = "images"

    @Flag(help: "Replace pictures that exist.")
    var force = false

    @OptionGroup var common: CommonOptions

    func validate() throws { try requireFolderName(output, "--output") }

    func run() throws {
        let console = Console(
            common.verbosity, onInterrupt: "Stopping after this picture; press Ctrl-C again to quit at once.")
        try Parallel.$threadCount.withValue(common.threadCount) {
            try ExamplePicture.drawAll(in: output, replacing: force, console, onWritten: printLine)
        }
    }
}
