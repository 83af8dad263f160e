import ArgumentParser
import DrawnPictures
import Files
import Kernels
import Numerics

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
        let examples = ExamplePicture.all.map { (picture: $0, path: join(output, $0.path)) }
        if !force {
            for (_, path) in examples { try OutputFile.checkIsNew(path, option: "--output") }
        }
        for (_, path) in examples { try OutputFile.makeFolder(folder(of: path), option: "--output") }

        let reporter = Reporter(verbosity: common.verbosity)
        let interrupts = Interrupts {
            reporter.note("Stopping after this picture; press Ctrl-C again to quit at once.")
        }
        reporter.note("Drawing \(examples.count.counted("picture")) in \(output).")
        try Parallel.$threadCount.withValue(common.threadCount) {
            for (count, (example, path)) in examples.enumerated() {
                guard !interrupts.wantsStop else {
                    throw Failure(.interrupted, "stopped after \(count) of \(examples.count) pictures.")
                }
                let bytes = try PictureFile.encode(example.draw(), as: example.format)
                try OutputFile.write(bytes, to: path, replacing: force)
                try printLine(path)
            }
        }
    }
}
