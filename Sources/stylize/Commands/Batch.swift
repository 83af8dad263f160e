import ArgumentParser
import Files
import Painting

/// The command that paints what a list says.
struct Batch: ParsableCommand, BatchCommand {
    static let configuration = CommandConfiguration(
        abstract: "Paints what a list of jobs says.",
        usage: "stylize batch --jobs <file> [<options>]",
        discussion: """
            A list is JSON lines, or CSV with the columns content, style and output. One without an output goes into
            the folder that --output names. A job may carry any setting of a painting by its option's name. What is there
            already, made of the same pictures with the same settings, is kept.

            {"content": "photo.jpg", "style": "waves.png", "output": "photo-waves.jpg"}
            {"content": "photo.jpg", "style": ["waves.png", "rust.png"], "style-blend": [2, 1], "mask": "sky.png"}
            {"content": "photo.jpg", "style": ["waves.png", "rust.png"], "style-mask": ["sky.png", "sea.png"]}
            {"content": "photo.jpg", "style": "waves.png", "content-weight": 0.2, "size": 1024, "keep-profile": true}
            """)

    @Option(help: ArgumentHelp("The list, or - for standard input.", valueName: "file"), completion: .file())
    var jobs: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder of what has no output of its own.", valueName: "folder"))
    var output = Batch.defaultFolder

    @OptionGroup var batch: BatchOptions
    @OptionGroup(title: "Result") var result: ResultOptions
    @OptionGroup(title: "Look") var look: LookOptions
    @OptionGroup(title: "Run") var running: RunOptions
    @OptionGroup(title: "Objective") var objective: ObjectiveOptions
    @OptionGroup(title: "Optimizer") var optimization: OptimizerOptions

    func validate() throws { try requireFolderName(output, "--output") }

    func run() throws {
        let common = try requestForMany()
        let requests = try JobList.read(jobs, folder: output) { settings in
            guard !settings.isEmpty else { return common }
            do {
                // The later of two has the last word.
                let arguments = Array(CommandLine.arguments.dropFirst()) + settings
                let job = try Stylize.command(for: arguments) as! Batch
                return job.request(existing: common.existing)
            } catch {
                throw Failure(.usage, Batch.message(for: error))
            }
        }
        try paint(requests)
    }
}
