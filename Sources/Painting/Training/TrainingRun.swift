import Charts
import Files
import TrainingSessions

/// A training from its beginning, or from a checkpoint, to the files of what was learned.
public struct TrainingRun<Plan: TrainingPlan> {
    public let files: TrainingFiles
    /// What it was told when it began.
    public let invocation: TrainingInvocation
    public let observer: any WorkObserver

    public init(_ files: TrainingFiles, _ invocation: TrainingInvocation, _ observer: any WorkObserver) {
        (self.files, self.invocation, self.observer) = (files, invocation, observer)
    }

    /// Trains until all steps are done or somebody wants a stop, and writes what was learned; also when something goes
    /// wrong on the way, which is thrown afterwards.
    ///
    /// - Parameters:
    ///   - pause: between checkpoints.
    ///   - begin: prepares a new training; `nil` carries on from the checkpoint.
    /// - Returns: how long it trained, too.
    /// - Throws: `Failure`, and what `begin` does.
    public func train(
        checkpointEvery pause: Duration, begin: ((Self) throws -> TrainingSession<Plan.Trained>)?
    ) throws -> (TrainingSession<Plan.Trained>, seconds: Double) {
        try failures {
            var session = try begin?(self) ?? resume()
            let started = ContinuousClock.now
            observer.begin()
            let failure = session.run(checkpointEvery: pause, self)
            observer.end()
            guard session.trained.stepsDone > 0 else { throw failure ?? Failure.stoppedBeforeAnyStep }
            let first: TrainingInvocation = try session.notes.value(TrainingInvocation.key)
            let weights = try Plan(session.notes).weights(session, maximumPixels: first.maximumPixels)
            let curve = Plan.curve(session)?.picture(width: 1000, height: 600)
            try OutputFile.write(weights.bytes, to: files.output, replacing: files.isReplacing)
            if let curve { try PictureFile.write(curve, to: files.curve, replacing: files.isReplacing) }
            if let failure {
                observer.note("What was learned so far is in \(files.output).")
                throw failure
            }
            return (session, started.duration(to: .now) / .seconds(1))
        }
    }

    private func resume() throws -> TrainingSession<Plan.Trained> {
        let (checkpoint, first) = try files.readCheckpoint(of: Plan.Trained.checkpointKind)
        // Everything is taken from the checkpoint; what is said again must be the same.
        try first.requireSame(as: invocation)
        let session = try files.readable { try Plan(checkpoint) }.resume(checkpoint, Self(files, first, observer))
        observer.note("Carrying on after step \(session.trained.stepsDone) of \(session.trained.steps).")
        return session
    }
}

extension TrainingRun: TrainingObserver {
    public var wantsStop: Bool { observer.wantsStop }

    public func stepped(
        _ session: TrainingSession<Plan.Trained>, _ step: TrainingStep, fraction: Double, pace: Double
    ) {
        let loss = (session.history.loss ?? .nan).short
        observer.progress(
            fraction: fraction,
            facts: ["step \(session.trained.stepsDone) of \(session.trained.steps)"] + step.facts
                + ["\(Int(pace)) \(Plan.unitOfWork)/s", "\(Plan.nameOfLoss) \(loss)"])
    }

    public func validated(_ session: TrainingSession<Plan.Trained>) {
        for line in Plan.lines(session) { observer.note(line) }
    }

    public func write(_ checkpoint: Checkpoint) throws {
        try OutputFile.write(checkpoint.bytes, to: files.checkpoint, replacing: true)
    }
}

extension Failure {
    public static let stoppedBeforeAnyStep = Failure(
        .interrupted, "stopped before the first step; nothing was written.")
}
