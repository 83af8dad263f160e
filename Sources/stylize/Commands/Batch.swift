import ArgumentParser
import Painting

/// The command that paints what a list says.
struct Batch: ParsableCommand, BatchCommand {
    static let configuration = CommandConfiguration(
        abstract: "Paints what a list of jobs says.",
        usage: "stylize batch --jobs <file> [<options>]",
        discussion: """
            A list is JSON lines, or CSV with the columns content, style and output. One without an output goes into
            the folder that --output names. What is there already, made of the same pictures with the same settings, is
            kept.

            {"content": "photo.jpg", "style": "waves.png", "output": "photo-waves.jpg"}
            {"content": "photo.jpg", "style": ["waves.png", "rust.png"], "blend": [2, 1], "mask": "sky.png"}
            {"content": "photo.jpg", "style": ["waves.png", "rust.png"], "styleMask": ["sky.png", "sea.png"]}
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
        try paint(JobList.read(jobs, like: requestForMany(), folder: output))
    }
}
