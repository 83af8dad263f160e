import Files
import TrainingSessions

/// Where a training writes, checked before any work begins.
public struct TrainingFiles: Equatable, Sendable {
    /// What is learned.
    public let output: String
    /// A picture of how it learned, beside it.
    public let curve: String
    public let checkpoint: String
    /// Whether files may be replaced.
    let isReplacing: Bool

    /// - Parameters:
    ///   - checkpoints: the folder for checkpoints.
    ///   - isReplacing: whether files that are there may be replaced.
    public init(output: String, checkpoints: String, isReplacing: Bool) {
        (self.output, self.isReplacing) = (output, isReplacing)
        curve = join(folder(of: output), stem(output) + ".png")
        checkpoint = join(checkpoints, stem(output) + ".safetensors")
    }

    /// Makes the folder for checkpoints.
    ///
    /// - Parameter inputs: what the training reads.
    /// - Throws: `Failure` when a file could not be written, is in the way or is one of the inputs.
    func prepare(inputs: [String]) throws {
        for path in [output, curve] { try OutputFile.checkIsNoInput(path, of: inputs, option: "--output") }
        try OutputFile.checkIsNoInput(checkpoint, of: inputs, option: "--checkpoints")
        guard !isSameFile(Files.folder(of: checkpoint), Files.folder(of: output)) else {
            throw Failure(
                .output, "the checkpoint would replace the output; choose another folder for --checkpoints.")
        }
        for path in [output, curve] { try OutputFile.check(path, option: "--output") }
        if !isReplacing {
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

    /// The checkpoint to resume from, and what its training was told when it began.
    func readCheckpoint(of kind: String) throws -> (Checkpoint, TrainingInvocation) {
        guard exists(checkpoint) else {
            throw Failure(.input, "there is no checkpoint \(checkpoint) to resume from; leave --resume out to begin.")
        }
        return try readable {
            let found = try Checkpoint(bytes: File.read(checkpoint), of: kind)
            return (found, try found.value(TrainingInvocation.key))
        }
    }

    /// What `body` makes of the checkpoint; what that throws is a fault of the file.
    func readable<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw Failure(.input, "\(checkpoint) cannot be read: \(error); begin anew with --force.")
        }
    }
}
