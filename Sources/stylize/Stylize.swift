import ArgumentParser
import Foundation
import Kernels
import Numerics

/// The root command: one content picture in the style of others.
@main struct Stylize: ParsableCommand, BatchCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "stylize",
        abstract: "Paints one picture in the style of others.",
        usage: "stylize --content <file> --style <file> [<options>]",
        discussion: """
            stylize --content photo.jpg --style waves.png
            stylize -c photo.jpg -s waves.png -s rust.png --style-blend 2,1
            stylize -c photo.jpg -s waves.png --size 512 --style-scale 2 -o out.jpg
            """,
        version: version,
        subcommands: [
            Batch.self, Compare.self, ContactSheet.self, DrawExamples.self, TrainFeatures.self, TrainOptimizer.self,
        ])

    /// Every sentence that ends the program starts alike, the argument parser's too.
    static let _errorPrefix = "stylize: "

    @OptionGroup(title: "Pictures") var pictures: PictureOptions
    @OptionGroup(title: "Pictures") var result: ResultOptions
    @OptionGroup(title: "Look") var look: LookOptions
    @OptionGroup(title: "Run") var running: RunOptions
    @OptionGroup(title: "Folders") var folders: FolderOptions
    @OptionGroup(title: "Folders") var batch: BatchOptions
    @OptionGroup(title: "Objective") var objective: ObjectiveOptions
    @OptionGroup(title: "Optimizer") var optimization: OptimizerOptions

    static func main() {
        // A reader who goes away makes a write fail; it must not end the program with the work half done.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try command(for: Array(CommandLine.arguments.dropFirst()))
            do {
                try command.run()
            } catch let error as ValidationError where !(command is Stylize) {
                // The parser would add the usage of the root command.
                throw Failure(.usage, error.message)
            }
        } catch let failure as Failure {
            Reporter(verbosity: .quiet).failure(failure.sentence)
            exit(withError: ExitCode(failure.kind.rawValue))
        } catch {
            exit(withError: error)
        }
    }

    /// The command that a command line stands for.
    ///
    /// A subcommand comes first and owns the rest of the line: options of the same name are others there.
    static func command(for arguments: [String]) throws -> any ParsableCommand {
        let subcommands = configuration.subcommands
        if subcommands.contains(where: { $0._commandName == arguments.first }) {
            return try Subcommands.parseAsRoot(arguments)
        }
        let command = try parseAsRoot(arguments)
        if let late = subcommands.first(where: { $0 == type(of: command) }) {
            throw ValidationError("\(late._commandName) comes before its options: stylize \(late._commandName) ...")
        }
        return command
    }

    /// A root without options. `Stylize` would see the whole line first and keep the options it knows.
    private struct Subcommands: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: Stylize._commandName, version: Stylize.version,
            subcommands: Stylize.configuration.subcommands)
    }

    func run() throws {
        if isAboutFolders { return try BatchRun(folderJobs(), self).runInForeground() }
        let transfer = try Transfer(self)
        let reporter = Reporter(verbosity: running.verbosity)
        for input in transfer.inputs { try PictureFile.check(input) }
        try transfer.destination.check(inputs: transfer.inputs, force: result.force)
        reporter.note(transfer.title)

        let interrupts = Interrupts {
            reporter.note("Stopping at the next step to save the best so far; press Ctrl-C again to quit at once.")
        }
        let summary = try Parallel.$threadCount.withValue(running.common.threadCount) {
            try transfer.run(reporter: reporter, interrupts: interrupts)
        }

        reporter.note(summary.sentence)
        if running.json {
            try printLine(jsonLine(summary))
        } else if case .file(let path) = transfer.destination.place {
            try printLine(path)
        }
        if summary.stopped { throw ExitCode(Failure.Kind.interrupted.rawValue) }
    }

    private var isAboutFolders: Bool {
        folders.isGiven || batch.isGiven
            || ([pictures.content].compactMap(\.self) + pictures.style).contains(where: isFolder)
    }

    private func folderJobs() throws -> [BatchJob] {
        guard let content = pictures.content else { throw ValidationError("Name what to paint with --content.") }
        let styles = pictures.style
        try require(!styles.isEmpty, "Name a picture to paint it in the style of with --style.")
        let folder = pictures.output ?? BatchRun.defaultFolder
        try requireFolderName(folder, "--output")
        try require(folder != "-", "Many pictures do not go to standard output; name a folder with --output.")
        try require(
            pictures.styleBlend == nil || !styles.contains(where: isFolder),
            "--style-blend goes with pictures, not with folders.")
        try require(
            pictures.mask == nil && pictures.styleMask.isEmpty, "--mask and --style-mask are for one picture.")
        for input in [content] + styles where isFolder(input) && isSameFile(input, folder) {
            throw Failure(.output, "the results would become inputs of \(input); choose another --output.")
        }
        return try FolderJobs.all(
            content: content, styles: styles, shares: pictures.styleBlend?.numbers ?? styles.map { _ in 1 },
            folder: folder, ending: (folders.format ?? .png).rawValue, isRecursive: folders.recursive)
    }
}
