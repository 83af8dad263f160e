import ArgumentParser
import Foundation

/// Where a training writes, checked before any work begins.
struct TrainingFiles: Equatable {
    /// The optimizer.
    var output: String
    /// A picture of how it learned, beside it.
    var curve: String
    var checkpoint: String
    /// Whether files may be replaced.
    var force: Bool

    init(_ options: TrainingRunOptions) {
        output = options.output
        curve = join(folder(of: output), stem(output) + ".png")
        checkpoint = join(options.checkpoints, stem(output) + ".safetensors")
        // Whoever carries on means the same files.
        force = options.force || options.resume
    }

    /// Makes the folder for checkpoints.
    func prepare() throws {
        guard !isSameFile(folder(of: checkpoint), folder(of: output)) else {
            throw Failure(
                .output, "the checkpoint would replace the optimizer; choose another folder for --checkpoints.")
        }
        let folder = folder(of: output)
        guard isFolder(folder), access(folder, W_OK | X_OK) == 0 else {
            throw Failure(.output, "\(output) cannot be written: there is no folder \(folder) to write in.")
        }
        guard !isFolder(output) else {
            throw Failure(.output, "\(output) cannot be written: it is a folder; choose another --output.")
        }
        if !force {
            for path in [output, curve] where exists(path) {
                throw Failure(.output, "\(path) exists; choose another --output, or pass --force to replace it.")
            }
            guard !exists(checkpoint) else {
                throw Failure(
                    .output,
                    "\(checkpoint) is of an earlier training; pass --resume to carry on, or --force to begin anew.")
            }
        }
        do {
            try FileManager.default.createDirectory(
                atPath: stylize.folder(of: checkpoint), withIntermediateDirectories: true)
        } catch {
            throw Failure(
                .output,
                "the folder \(stylize.folder(of: checkpoint)) cannot be made; choose another for --checkpoints.")
        }
    }
}
