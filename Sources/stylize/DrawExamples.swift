import ArgumentParser
import DrawnPictures
import Foundation
import Imaging
import Kernels

/// `stylize draw-examples`: writes the example pictures, which are drawn by code.
struct DrawExamples: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw example contents and styles to play with.",
        usage: "stylize draw-examples [--output <folder>] [--force]")

    // The root command sees the whole command line first and keeps the options it knows. So these two are declared for
    // the help alone, and read from the root.
    @Option(
        name: .shortAndLong, help: ArgumentHelp("The folder to draw in. (default: images)", valueName: "folder"),
        completion: .directory)
    var output: String?

    @Flag(help: "Replace pictures that exist.")
    var force = false

    @ParentCommand var root: Stylize

    func validate() throws {
        let foreign = try root.given.filter { !$0.hasPrefix("--output ") && $0 != "--force" }
        try require(foreign.isEmpty, "draw-examples has no use for \(foreign.joined(separator: " ")).")
    }

    func run() throws {
        let folder = root.pictures.output ?? "images"
        let examples = ExamplePicture.all.map { (picture: $0, path: join(folder, $0.path)) }
        if !root.pictures.force, let existing = examples.first(where: { exists($0.path) }) {
            throw Failure(.output, "\(existing.path) exists; choose another --output, or pass --force to replace it.")
        }
        for (_, path) in examples { try makeFolder(for: path) }

        let reporter = Reporter(verbosity: root.running.verbosity)
        reporter.note("Drawing \(examples.count) pictures in \(folder).")
        let interrupts = Interrupts {
            reporter.note("Stopping after this picture; press Ctrl-C again to quit at once.")
        }
        try Parallel.$threadCount.withValue(root.running.threadCount) {
            for (count, (example, path)) in examples.enumerated() {
                guard !interrupts.wantsStop else {
                    throw Failure(.interrupted, "stopped after \(count) of \(examples.count) pictures.")
                }
                let bytes = try PictureFile.encode(example.draw(), as: example.format)
                try interrupts.whileWriting { try PictureFile.write(bytes, to: path, replacing: root.pictures.force) }
                try printLine(path)
            }
        }
    }

    private func makeFolder(for path: String) throws {
        let folder = stylize.folder(of: path)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Failure(.output, "the folder \(folder) cannot be made; choose another --output.")
        }
    }
}
