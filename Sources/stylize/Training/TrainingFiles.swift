import Files
import Foundation

/// Where a training writes, checked before any work begins.
struct TrainingFiles: Equatable {
    /// What is learned.
    var output: String
    /// A picture of how it learned, beside it.
    var curve: String
    var checkpoint: String
    /// Whether files may be replaced.
    var force: Bool

    init(output: String, _ options: TrainingRunOptions) {
        self.output = output
        curve = join(folder(of: output), stem(output) + ".png")
        checkpoint = join(options.checkpoints, stem(output) + ".safetensors")
        // Whoever carries on means the same files.
        force = options.force || options.resume
    }

    /// Makes the folder for checkpoints.
    func prepare() throws {
        guard !isSameFile(Files.folder(of: checkpoint), Files.folder(of: output)) else {
            throw Failure(
                .output, "the checkpoint would replace the output; choose another folder for --checkpoints.")
        }
        for path in [output, curve] { try OutputFile.check(path, option: "--output") }
        if !force {
            for path in [output, curve] { try OutputFile.checkIsNew(path, option: "--output") }
            guard !exists(checkpoint) || isFolder(checkpoint) else {
                throw Failure(
                    .output,
                    "\(checkpoint) is of an earlier training; pass --resume to carry on, or --force to begin anew.")
            }
        }
        try OutputFile.makeFolder(folder(of: checkpoint), option: "--checkpoints")
        try OutputFile.check(checkpoint, option: "--checkpoints")
    }
}
