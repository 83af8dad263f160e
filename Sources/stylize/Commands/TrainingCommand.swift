import ArgumentParser
import Files
import Numerics
import Painting
import TrainingSessions

/// A command that trains for long: `train-optimizer` or `train-features`.
protocol TrainingCommand: ParsableCommand {
    associatedtype Plan: TrainingPlan

    static var defaultOutput: String { get }

    var output: String { get }
    var running: TrainingRunOptions { get }
    /// The options that say what is trained and how, as they were given.
    var given: [String] { get }

    /// Prepares a new training.
    ///
    /// - Parameter began: when the command did.
    func begin(_ run: TrainingRun<Plan>, began: ContinuousClock.Instant) throws -> TrainingSession<Plan.Trained>
}

extension TrainingCommand {
    func validate() throws {
        try require(
            output.hasSuffix(".safetensors") && stem(output) != ".safetensors", "\(output) should end in .safetensors.")
    }

    func run() throws {
        let began = ContinuousClock.now
        let console = Console(
            running.common.verbosity,
            onInterrupt: "Stopping; what was learned so far is kept. Press Ctrl-C again to quit at once.")
        // Whoever carries on means the same files.
        let files = TrainingFiles(
            output: output, checkpoints: running.checkpoints, isReplacing: running.force || running.resume)
        let invocation = TrainingInvocation(
            options: given + running.reading.given, output: output, maximumPixels: running.reading.maxPixels)
        let run = TrainingRun<Plan>(files, invocation, console)
        let (session, seconds) = try Parallel.$threadCount.withValue(running.common.threadCount) {
            try run.train(
                checkpointEvery: .seconds(running.checkpointEvery),
                begin: running.resume ? nil : { try begin($0, began: began) })
        }
        let summary = Plan.summary(session, output: output, seconds: (1000 * seconds).rounded() / 1000)
        console.note(summary.description + (session.isStopped ? " Carry on with \(resumeCommand)." : ""))
        try printLine(running.json ? jsonLine(summary) : output)
        if session.isStopped { throw ExitCode(Failure.Kind.interrupted.rawValue) }
    }

    private var resumeCommand: String {
        (["stylize \(Self._commandName) --resume"] + option("--output", output == Self.defaultOutput ? nil : output)
            + running.given).joined(separator: " ")
    }
}
