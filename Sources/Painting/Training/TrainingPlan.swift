import Charts
import Safetensors
import TrainingSessions

/// What a long training is on: all that is settled before the first step and kept in checkpoints.
public protocol TrainingPlan: Codable, Equatable, Sendable {
    associatedtype Trained: Trainable
    /// What became of it, for a script; its description is a sentence for people.
    associatedtype Summary: Encodable & CustomStringConvertible

    /// What its work is counted in, and how its loss is called.
    static var unitOfWork: String { get }
    static var nameOfLoss: String { get }

    /// Whether it can be carried out, as of what a damaged checkpoint says it may not.
    var isSound: Bool { get }

    /// Prepares to carry a training on.
    ///
    /// - Throws: `Failure` when the checkpoint or a file that was trained with cannot be read or is another.
    func resume(_ checkpoint: Checkpoint, _ run: TrainingRun<Self>) throws -> TrainingSession<Trained>
    /// What was learned.
    ///
    /// - Parameter maximumPixels: a larger picture is refused.
    func weights(_ session: TrainingSession<Trained>, maximumPixels: Int) throws -> SafetensorsFile

    /// What is said after a validation.
    static func lines(_ session: TrainingSession<Trained>) -> [String]
    /// The picture of how it learned; `nil` when there is nothing to see.
    static func curve(_ session: TrainingSession<Trained>) -> Plot?
    /// - Parameters:
    ///   - output: the path of what was learned.
    ///   - seconds: that this run trained.
    static func summary(_ session: TrainingSession<Trained>, output: String, seconds: Double) -> Summary
}

extension TrainingPlan {
    /// What a checkpoint calls it.
    static var key: String { "plan" }

    /// - Throws: `CheckpointError`.
    init(_ checkpoint: Checkpoint) throws {
        self = try checkpoint.value(Self.key)
        guard isSound else { throw CheckpointError.notACheckpoint }
    }
}

extension TrainingSession {
    /// Whether somebody stopped it before the end.
    public var isStopped: Bool { trained.stepsDone < trained.steps }
}

extension Array {
    /// One of so many is for validation, beginning with the first.
    func heldOut(every count: Int) -> (training: [Element], validation: [Element]) {
        (
            indices.filter { !$0.isMultiple(of: count) }.map { self[$0] },
            indices.filter { $0.isMultiple(of: count) }.map { self[$0] }
        )
    }
}
