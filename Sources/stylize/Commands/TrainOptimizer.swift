import ArgumentParser
import Charts
import Files
import Foundation
import LearnedOptimization
import Painting
import Safetensors
import TrainingSessions

/// `stylize train-optimizer`: learns an optimizer for `--optimizer learned`.
struct TrainOptimizer: TrainingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train an optimizer on style transfers.",
        usage: "stylize train-optimizer [<options>]",
        discussion: """
            stylize train-optimizer
            stylize train-optimizer --content photos --style paintings --minutes 60
            stylize train-optimizer --resume
            stylize -c photo.jpg -s waves.png --optimizer-weights optimizer.safetensors
            """)

    @OptionGroup(title: "Data") var data: TrainingDataOptions
    @OptionGroup(title: "Method") var method: TrainingMethodOptions
    @OptionGroup(title: "Run") var running: TrainingRunOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The optimizer; a picture of its learning goes beside it.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var output = defaultOutput
    static let defaultOutput = "optimizer.safetensors"
    static let (unitOfWork, nameOfLoss) = ("evaluations", "meta-loss")

    var given: [String] { data.recorded + method.recorded }

    // MARK: - Preparing

    func begin(
        _ invocation: TrainingInvocation, _ console: TrainingConsole<Self>, began: ContinuousClock.Instant
    ) throws -> TrainingSession<MetaTraining> {
        // What was learned for another network is a good start for this one.
        let first = try method.from.map { try OptimizerFile.read($0, for: nil) }
        let settings = method.settings(from: first)
        let network = try data.network.network()
        let plan = try OptimizerTrainingPlan(data, method, settings, network)
        try console.files.prepare()
        console.reporter.note("Training on \(plan.summary).")
        let begun = try MetaTraining.begin(
            settings, from: first, on: plan.tasks(network, invocation, console.reporter), plan.extent,
            isCancelled: { console.wantsStop },
            onPreparation: {
                switch $0 {
                case .baselines: console.reporter.note("Finding out what is to be beaten.")
                case .preconditioner: console.reporter.note("Looking for a preconditioner.")
                }
            })
        guard let begun else { throw Failure.stoppedBeforeAnyStep }
        var training = begun.training
        let validations = plan.extent.validationCount
        if let time = method.length.time {
            try training.planSteps(until: began + time, validations: validations)
            guard !console.wantsStop else { throw Failure.stoppedBeforeAnyStep }
        }
        let interval = max(1, training.steps / validations)
        console.reporter.note("\(training.steps.counted("step")); a validation about every \(interval).")
        return TrainingSession(
            training, history: TrainingHistory(baselines: begun.baselines), validations: validations,
            notes: [TrainingInvocation.key: invocation, OptimizerTrainingPlan.key: plan])
    }

    func resume(
        _ checkpoint: Checkpoint, _ invocation: TrainingInvocation, _ console: TrainingConsole<Self>
    ) throws -> TrainingSession<MetaTraining> {
        let files = console.files
        let plan = try files.readable { try OptimizerTrainingPlan(checkpoint) }
        let trainer = try files.readable { try MetaTrainer(checkpoint) }
        let network = try plan.features.map { try FeaturesFile.read($0, pooling: plan.pooling) } ?? .builtIn
        guard plan.objective != nil || plan.network == network.digest else {
            throw Failure(.input, "\(files.checkpoint) is of a training for another network; begin anew with --force.")
        }
        try files.prepare()
        let training = try MetaTraining(
            trainer, on: plan.tasks(network, invocation, console.reporter), points: plan.extent.points)
        return try files.readable {
            try TrainingSession(
                resuming: training, from: checkpoint, validations: plan.extent.validationCount,
                of: plan.extent.points.count)
        }
    }

    // MARK: - What came of it

    /// A table of everything that was scored, the last of training first.
    ///
    ///     mean log f/f_0 after           4      8     16     32
    ///     after 120 of 600 steps     -1.13  -1.76  -2.32  -2.63
    func lines(_ session: TrainingSession<MetaTraining>) -> [String] {
        let (history, training) = (session.history, session.trained)
        let latest = history.validations.last.map { ("after \($0.step) of \(training.steps) steps", $0.values) }
        let rows = [latest].compactMap(\.self) + history.baselines.map { ($0.name, $0.values) }
        let heading = "mean log f/f_0 after"
        let width = ([heading] + rows.map(\.0)).map(\.count).max()! + 2
        func line(_ name: String, _ cells: [String]) -> String {
            name.padding(toLength: width, withPad: " ", startingAt: 0)
                + cells.map { String(repeating: " ", count: max(1, 8 - $0.count)) + $0 }.joined()
        }
        return [line(heading, training.points.map(\.description))]
            + rows.map { name, values in line(name, values.map { String(format: "%.3f", $0) }) }
    }

    func weights(_ session: TrainingSession<MetaTraining>) throws -> SafetensorsFile {
        var learned = session.trained.learned(session.history)
        let plan: OptimizerTrainingPlan = try session.notes.value(OptimizerTrainingPlan.key)
        learned.record["version"] = Stylize.version
        learned.record.merge(plan.record) { $1 }
        return learned.safetensors
    }

    func curve(_ session: TrainingSession<MetaTraining>) -> Plot? {
        let history = session.history
        guard let last = history.validations.last else { return nil }
        let start = MetaTraining.beginning(of: history).map { [(x: 0.0, y: $0.mean)] } ?? []
        let learned = Plot.Series(
            "learned", points: start + history.validations.map { (Double($0.step), $0.mean) })
        let baselines = history.baselines.map { baseline in
            Plot.Series(baseline.name, points: [(0, baseline.mean), (Double(last.step), baseline.mean)])
        }
        return Plot(
            title: "Validation in the course of training",
            panels: [
                .init(
                    xLabel: "steps of training", yLabel: "mean log f/f_0, lower is better",
                    series: [learned] + baselines)
            ])
    }

    func summary(
        _ session: TrainingSession<MetaTraining>, seconds: Double, stopped: Bool
    ) -> (TrainingSummary, String) {
        let (training, history) = (session.trained, session.history)
        let steps = "\(training.stepsDone) of \(training.steps) steps, \(history.work) evaluations"
        return (
            TrainingSummary(
                output: output, metaSteps: training.stepsDone, plannedMetaSteps: training.steps, seconds: seconds,
                evaluations: history.work, points: training.points, scores: history.best?.values,
                baselines: history.baselines, stopped: stopped),
            stopped
                ? "Stopped early; the best so far is in \(output): \(steps)."
                : "Wrote \(output): \(steps), \(Duration.seconds(seconds).short)."
        )
    }
}

/// What became of a training of an optimizer.
struct TrainingSummary: Encodable, Equatable {
    /// The optimizer's path.
    var output: String
    var metaSteps: Int
    var plannedMetaSteps: Int
    /// Of this run; a training that was resumed took longer.
    var seconds: Double
    /// Of objectives in training, over all runs.
    var evaluations: Int
    /// After how many evaluations a walk was looked at in validation.
    var points: [Int]
    /// The mean log ratio at each point; nothing before the first validation.
    var scores: [Double]?
    var baselines: [TrainingHistory.Baseline]
    /// Whether somebody stopped it before the end.
    var stopped: Bool
}
