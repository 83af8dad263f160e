import ArgumentParser
import Charts
import FeatureTraining
import Files
import Foundation
import Kernels
import Numerics
import Painting
import Safetensors
import StyleTransfer
import TrainingSessions

/// A command that trains for long: `train-optimizer` or `train-features`.
protocol TrainingCommand: ParsableCommand {
    associatedtype Trained: Trainable
    associatedtype Summary: Encodable

    static var defaultOutput: String { get }
    /// What its work is counted in, and how its loss is called.
    static var unitOfWork: String { get }
    static var nameOfLoss: String { get }

    var output: String { get }
    var running: TrainingRunOptions { get }
    /// The options that say what is trained and how, as they were given.
    var given: [String] { get }

    /// Prepares a new training.
    ///
    /// - Parameter began: when the command did.
    func begin(
        _ invocation: TrainingInvocation, _ console: TrainingConsole<Self>, began: ContinuousClock.Instant
    ) throws -> TrainingSession<Trained>
    /// Prepares to carry one on.
    ///
    /// - Parameter invocation: what it was told when it began.
    func resume(
        _ checkpoint: Checkpoint, _ invocation: TrainingInvocation, _ console: TrainingConsole<Self>
    ) throws -> TrainingSession<Trained>

    /// What is said after a validation.
    func lines(_ session: TrainingSession<Trained>) -> [String]
    /// What was learned.
    func weights(_ session: TrainingSession<Trained>) throws -> SafetensorsFile
    /// The picture of how it learned; `nil` when there is nothing to see.
    func curve(_ session: TrainingSession<Trained>) -> Plot?
    /// What became of it, and the same as a sentence.
    func summary(_ session: TrainingSession<Trained>, seconds: Double, stopped: Bool) -> (Summary, String)
}

extension TrainingCommand {
    func validate() throws {
        try require(
            output.hasSuffix(".safetensors") && stem(output) != ".safetensors", "\(output) should end in .safetensors.")
    }

    func run() throws {
        let console = TrainingConsole(self)
        let (session, seconds) = try Parallel.$threadCount.withValue(running.common.threadCount) {
            do {
                return try train(console, began: .now)
            } catch let error as StyleTransferError {
                throw ValidationError("\(error).")
            } catch let error as DistillerError {
                throw ValidationError("\(error).")
            }
        }
        let stopped = session.trained.stepsDone < session.trained.steps
        let (summary, sentence) = summary(session, seconds: (1000 * seconds).rounded() / 1000, stopped: stopped)
        console.reporter.note(sentence + (stopped ? " Carry on with \(resumeCommand)." : ""))
        try printLine(running.json ? jsonLine(summary) : output)
        if stopped { throw ExitCode(Failure.Kind.interrupted.rawValue) }
    }

    /// Trains and writes what was learned; also when something goes wrong on the way, which is thrown afterwards.
    ///
    /// - Returns: how long it trained, too.
    private func train(
        _ console: TrainingConsole<Self>, began: ContinuousClock.Instant
    ) throws -> (TrainingSession<Trained>, seconds: Double) {
        let (files, reporter) = (console.files, console.reporter)
        let invocation = TrainingInvocation(given, output: output, running)
        var session: TrainingSession<Trained>
        if running.resume {
            let (checkpoint, first) = try files.readCheckpoint(of: Trained.checkpointKind)
            // Everything is taken from the checkpoint; what is said again must be the same.
            try first.requireSame(as: invocation)
            session = try resume(checkpoint, first, console)
            reporter.note("Carrying on after step \(session.trained.stepsDone) of \(session.trained.steps).")
        } else {
            session = try begin(invocation, console, began: began)
        }

        let started = ContinuousClock.now
        reporter.begin()
        let failure = session.run(checkpointEvery: .seconds(running.checkpointEvery), console)
        reporter.end()
        guard session.trained.stepsDone > 0 else { throw failure ?? Failure.stoppedBeforeAnyStep }
        let (weights, curve) = (try weights(session), curve(session)?.picture(width: 1000, height: 600))
        try OutputFile.write(weights.bytes, to: files.output, replacing: files.force)
        if let curve { try PictureFile.write(curve, to: files.curve, replacing: files.force) }
        if let failure {
            reporter.note("What was learned so far is in \(output).")
            throw failure
        }
        return (session, started.duration(to: .now) / .seconds(1))
    }

    private var resumeCommand: String {
        (["stylize \(Self._commandName) --resume"] + option("--output", output == Self.defaultOutput ? nil : output)
            + running.given).joined(separator: " ")
    }
}

/// What is said and written in the course of a training.
struct TrainingConsole<Command: TrainingCommand>: TrainingObserver {
    let files: TrainingFiles
    let reporter: Reporter
    let interrupts: Interrupts
    private let command: Command

    init(_ command: Command) {
        let reporter = Reporter(verbosity: command.running.common.verbosity)
        (self.command, self.reporter) = (command, reporter)
        files = TrainingFiles(output: command.output, command.running)
        interrupts = Interrupts {
            reporter.note("Stopping; what was learned so far is kept. Press Ctrl-C again to quit at once.")
        }
    }

    var wantsStop: Bool { interrupts.wantsStop }

    func stepped(
        _ session: TrainingSession<Command.Trained>, _ step: TrainingStep, fraction: Double, pace: Double
    ) {
        let loss = (session.history.loss ?? .nan).short
        reporter.progress(
            fraction: fraction,
            facts: ["step \(session.trained.stepsDone) of \(session.trained.steps)"] + step.facts
                + ["\(Int(pace)) \(Command.unitOfWork)/s", "\(Command.nameOfLoss) \(loss)"])
    }

    func validated(_ session: TrainingSession<Command.Trained>) {
        for line in command.lines(session) { reporter.note(line) }
    }

    func write(_ checkpoint: Checkpoint) throws {
        try OutputFile.write(checkpoint.bytes, to: files.checkpoint, replacing: true)
    }
}

extension Failure {
    static let stoppedBeforeAnyStep = Failure(.interrupted, "stopped before the first step; nothing was written.")
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
