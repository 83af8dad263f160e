import ArgumentParser
import Files
import Foundation
import Numerics
import Painting
import StyleTransfer

/// The root command: one content picture in the style of others.
@main struct Stylize: ParsableCommand, BatchCommand {
    static let version = Painter.version

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
        MemoryExhaustion.sayWhy()
        do {
            var command = try command(for: arguments())
            try MemoryExhaustion.requireLeast()
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

    private static func arguments() throws -> [String] {
        try (1..<max(1, Int(CommandLine.argc))).map { index in
            let argument = CommandLine.unsafeArgv[index]!
            guard let text = String(validatingCString: argument) else {
                throw Failure(
                    .usage, "\(String(cString: argument)) is not in UTF-8, as names have to be; rename the file.")
            }
            return text
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
        if isAboutFolders { return try paint(usageErrors { try requests() }) }
        let request = try request()
        try request.check()
        if request.file == nil, StandardStream.output.isTerminal, !result.force {
            throw Failure(.output, "standard output is a terminal; send it to a file with >, or use --output.")
        }
        if batch.dryRun { return try printReport(PaintingReport(request, .planned), asJSON: running.json) }
        let console = Console(
            running.verbosity,
            onInterrupt: "Stopping at the next step to save the best so far; press Ctrl-C again to quit at once.")
        console.note(request.title)
        let report = try Parallel.$threadCount.withValue(running.common.threadCount) {
            try paint(request, console)
        }
        console.reporter.say(report)
        try printReport(report, asJSON: running.json)
        if report.state == .stopped { throw ExitCode(Failure.Kind.interrupted.rawValue) }
    }

    /// Paints the one picture.
    private func paint(_ request: PaintingRequest, _ console: Console) throws -> PaintingReport {
        let (began, reporter) = (ContinuousClock.now, console.reporter)
        let painter = try makePainter(request, reporter)
        var preview = Preview(request)
        defer { reporter.end() }
        let painting = try painter.paint(request, painter.plan(request)) { path, picture in
            reporter.detail("\(path) is \(picture.width)x\(picture.height)")
        } onStart: { content, _ in
            reporter.detail("read everything in \(began.duration(to: .now).short)")
            let longest = max(content.width, content.height)
            if let size = request.settings.size, size > longest {
                reporter.note("Note: --size \(size) enlarges \(request.content), whose longest edge is \(longest).")
            }
            if console.wantsStop { throw Failure.stoppedBeforeAnyStep }
            reporter.begin()
        } onStep: { progress in
            reporter.progress(progress)
            do {
                try preview?.update(progress)
            } catch {
                // The result matters more than a look at it.
                reporter.note("Note: the preview \(request.preview!) cannot be written, so there will be none.")
                preview = nil
            }
            return console.wantsStop ? .stop : .carryOn
        }
        try painting.write()
        preview?.remove()
        return painting.report
    }

    private var isAboutFolders: Bool {
        folders.isGiven || batch.shard != nil
            || ([pictures.content].compactMap(\.self) + pictures.style).contains(where: isFolder)
    }

    /// The request for one picture.
    func request() throws -> PaintingRequest {
        try require(!batch.update, "--update is for many pictures; --force replaces one.")
        var request = request(existing: .refused)
        try pictures.apply(to: &request)
        request = request.withOutput(pictures.output)
        try usageErrors { _ = try request.format }
        if request.file == nil {
            try require(!running.json, "--json and the picture cannot share standard output; name a file.")
            try require(
                running.previewEvery == nil, "--preview-every writes beside the output; name a file with --output.")
        }
        return request
    }

    /// The requests for folders.
    private func requests() throws -> [PaintingRequest] {
        var request = try requestForMany()
        try pictures.apply(to: &request)
        let folder = pictures.output ?? Self.defaultFolder
        try requireFolderName(folder, "--output")
        try require(folder != "-", "Many pictures do not go to standard output; name a folder with --output.")
        if pictures.style.contains(where: isFolder) {
            try require(pictures.styleBlend == nil, "--style-blend goes with pictures, not with folders.")
            try require(pictures.styleMask.isEmpty, "--style-mask goes with pictures, not with folders.")
        }
        return try request.requests(
            into: folder, ending: (folders.format ?? .png).rawValue, isRecursive: folders.recursive,
            onPassedOver: Reporter(verbosity: running.verbosity).note)
    }
}

/// What is against what was asked for becomes a usage error, which is shown with the usage.
func usageErrors<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let failure as Failure where failure.kind == .usage {
        throw ValidationError(failure.sentence)
    }
}
