import Files

/// A training that is prepared: of an optimizer or of features.
protocol TrainingRun {
    associatedtype Summary

    var files: TrainingFiles { get }
    var reporter: Reporter { get }
    /// Steps done, those before a break included.
    var stepsDone: Int { get }
    /// What is said as it begins.
    var opening: String { get }

    /// Trains to the end, or until somebody wants a stop.
    mutating func train(checkpointEvery pause: Duration) throws
    /// Writes the checkpoint.
    func save() throws
    /// Writes what was learned.
    func finish(took time: Duration) throws -> Summary
}

extension TrainingRun {
    /// Trains and writes what was learned; also when something goes wrong on the way, which is thrown afterwards.
    mutating func run(checkpointEvery pause: Duration) throws -> Summary {
        let began = ContinuousClock.now
        reporter.note(opening)
        var failure: (any Error)?
        do { try train(checkpointEvery: pause) } catch { failure = error }
        guard stepsDone > 0 else { throw failure ?? Failure.stoppedBeforeAnyStep }
        do { try save() } catch { failure = failure ?? error }
        let summary = try finish(took: began.duration(to: .now))
        if let failure {
            reporter.note("What was learned so far is in \(files.output).")
            throw failure
        }
        return summary
    }
}

extension Interrupts {
    convenience init(ofTraining reporter: Reporter) {
        self.init {
            reporter.note("Stopping; what was learned so far is kept. Press Ctrl-C again to quit at once.")
        }
    }
}

extension Failure {
    static let stoppedBeforeAnyStep = Failure(
        .interrupted, "stopped before the first step; nothing was written.")
}
