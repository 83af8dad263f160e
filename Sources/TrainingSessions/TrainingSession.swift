/// A training: steps to the planned number or a wish to stop, validations spread evenly over them, and checkpoints.
public struct TrainingSession<Trained: Trainable> {
    public private(set) var trained: Trained
    public private(set) var history: TrainingHistory
    /// How often there is a validation, the one at the end included.
    private let validations: Int
    /// What checkpoints hold besides.
    public let notes: Checkpoint

    private static var historyKey: String { "history" }

    /// - Parameters:
    ///   - validations: how often there is one, the one at the end included.
    ///   - notes: what its checkpoints hold besides, by name: all that a resumed training has to know.
    public init(
        _ trained: Trained, history: TrainingHistory = TrainingHistory(), validations: Int,
        notes: [String: any Encodable] = [:]
    ) {
        precondition(validations > 0)
        (self.trained, self.history, self.validations) = (trained, history, validations)
        var checkpoint = Checkpoint(of: Trained.checkpointKind)
        for (name, value) in notes { checkpoint.add(value, name) }
        self.notes = checkpoint
    }

    /// Goes on from a checkpoint.
    ///
    /// - Parameters:
    ///   - trained: as read from the checkpoint.
    ///   - values: how many a validation has.
    /// - Throws: `CheckpointError`.
    public init(
        resuming trained: Trained, from checkpoint: Checkpoint, validations: Int, of values: Int
    ) throws {
        (self.trained, self.validations, notes) = (trained, validations, checkpoint)
        history = try checkpoint.value(Self.historyKey)
        let all = history.validations.map(\.values) + history.baselines.map(\.values)
        guard validations > 0, all.allSatisfy({ $0.count == values }) else { throw CheckpointError.notACheckpoint }
    }

    public var checkpoint: Checkpoint {
        var checkpoint = notes
        checkpoint.add(history, Self.historyKey)
        trained.write(to: &checkpoint)
        return checkpoint
    }

    /// Trains until all steps are done or somebody wants a stop. A checkpoint is written now and then and, if there was a
    /// step, at the end, also when something goes wrong on the way.
    ///
    /// - Parameter pause: between checkpoints.
    /// - Returns: what went wrong.
    public mutating func run(checkpointEvery pause: Duration, _ observer: some TrainingObserver<Trained>) -> (
        any Error
    )? {
        var failure: (any Error)?
        do { try train(checkpointEvery: pause, observer) } catch { failure = error }
        guard trained.stepsDone > 0 else { return failure }
        do { try observer.write(checkpoint) } catch { failure = failure ?? error }
        return failure
    }

    private mutating func train(checkpointEvery pause: Duration, _ observer: some TrainingObserver<Trained>) throws {
        let began = ContinuousClock.now
        let (first, workBefore) = (trained.stepsDone, history.work)
        var written = began
        while trained.stepsDone < trained.steps, !observer.wantsStop {
            let step = try trained.step()
            history.add(step)
            observer.stepped(
                self, step, fraction: Double(trained.stepsDone - first) / Double(trained.steps - first),
                pace: Double(history.work - workBefore) / (began.duration(to: .now) / .seconds(1)))
            if isValidationDue {
                history.validations.append(.init(step: trained.stepsDone, values: trained.validate()))
                observer.validated(self)
            }
            if written.duration(to: .now) >= pause {
                try observer.write(checkpoint)
                written = .now
            }
        }
    }

    /// The last step included, so that a resumed training validates at the same ones.
    private var isValidationDue: Bool {
        let (step, steps) = (trained.stepsDone, trained.steps)
        return step * validations / steps > (step - 1) * validations / steps
    }
}

/// Who follows a training.
public protocol TrainingObserver<Trained> {
    associatedtype Trained: Trainable

    /// Asked before each step.
    var wantsStop: Bool { get }
    /// - Parameters:
    ///   - fraction: done of what was left to do as the session began, so that a resumed one knows how long it takes.
    ///   - pace: work a second in this session.
    func stepped(_ session: TrainingSession<Trained>, _ step: TrainingStep, fraction: Double, pace: Double)
    /// Called with the new validation as the last of the session's history.
    func validated(_ session: TrainingSession<Trained>)
    func write(_ checkpoint: Checkpoint) throws
}
