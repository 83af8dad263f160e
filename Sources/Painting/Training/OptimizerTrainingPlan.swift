import Charts
import FeatureNetwork
import Files
import Foundation
import Kernels
import LearnedOptimization
import Safetensors
import StyleTransfer
import Synchronization
import TrainingSessions

/// On what an optimizer is trained.
public struct OptimizerTrainingPlan: TrainingPlan {
    /// The file of the network; `nil` is the built-in one.
    public let features: String?
    /// The network's pools, if not its own.
    public let pooling: Pooling?
    /// The network's digest.
    public let network: String
    /// `nil` for style transfers.
    public let objective: SimpleObjective?
    public let transfers: StyleTrainingPlan?
    public let extent: MetaTrainingExtent

    public static let (unitOfWork, nameOfLoss) = ("evaluations", "meta-loss")

    /// - Parameters:
    ///   - features: the path of the network; `nil` is the built-in one.
    ///   - pooling: instead of the network's own.
    ///   - objective: instead of style transfers.
    ///   - transfers: there unless there is an objective.
    ///   - time: that there is, unless the number of steps is among the settings.
    public init(
        features: String?, pooling: Pooling?, _ network: FeatureNetwork, objective: SimpleObjective?,
        transfers: StyleTrainingPlan?, _ settings: MetaTrainer.Settings, time: Duration?
    ) {
        precondition((objective == nil) != (transfers == nil), "a training is on one kind of problems")
        (self.features, self.pooling, self.network) = (features, pooling, network.digest)
        (self.objective, self.transfers) = (objective, transfers)
        extent = MetaTrainingExtent(
            horizon: settings.preset.training.horizon, time: time, steps: time == nil ? settings.metaSteps : nil)
    }

    public var isSound: Bool { extent.isSound && (objective != nil || transfers?.isSound == true) }

    // MARK: - Preparing

    /// Prepares a new training.
    ///
    /// The files that are read.
    private var inputs: [String] { [features].compactMap(\.self) + (transfers?.files ?? []) }

    /// - Parameters:
    ///   - first: trained weights to begin with.
    ///   - deadline: what the number of steps follows from, unless it is among the settings.
    /// - Throws: `Failure` when a file cannot be read or somebody wants a stop, `StyleTransferError` when the objective
    ///   does not fit the network or there is not enough memory.
    public func begin(
        _ settings: MetaTrainer.Settings, from first: LearnedOptimizer?, with network: FeatureNetwork,
        until deadline: ContinuousClock.Instant?, _ run: TrainingRun<Self>
    ) throws -> TrainingSession<MetaTraining> {
        try run.files.prepare(inputs: inputs)
        run.observer.note("Training on \(problems).")
        let begun = try MetaTraining.begin(
            settings, from: first, on: tasks(network, run), extent, isCancelled: { run.wantsStop },
            onPreparation: {
                switch $0 {
                case .baselines: run.observer.note("Finding out what is to be beaten.")
                case .preconditioner: run.observer.note("Looking for a preconditioner.")
                }
            })
        guard let begun else { throw Failure.stoppedBeforeAnyStep }
        var training = begun.training
        if let deadline {
            try training.planSteps(until: deadline, validations: extent.validationCount)
            if run.wantsStop { throw Failure.stoppedBeforeAnyStep }
        }
        let interval = max(1, training.steps / extent.validationCount)
        run.observer.note("\(training.steps.counted("step")); a validation about every \(interval).")
        return TrainingSession(
            training, history: TrainingHistory(baselines: begun.baselines), validations: extent.validationCount,
            notes: [TrainingInvocation.key: run.invocation, Self.key: self])
    }

    public func resume(_ checkpoint: Checkpoint, _ run: TrainingRun<Self>) throws -> TrainingSession<MetaTraining> {
        let files = run.files
        let trainer = try files.readable { try MetaTrainer(checkpoint) }
        let network = try FeaturesFile.read(features, pooling: pooling)
        guard objective != nil || self.network == network.digest else {
            throw Failure(.input, "\(files.checkpoint) is of a training for another network; begin anew with --force.")
        }
        try files.prepare(inputs: inputs)
        let training = try MetaTraining(trainer, on: tasks(network, run), points: extent.points)
        return try files.readable {
            try TrainingSession(
                resuming: training, from: checkpoint, validations: extent.validationCount, of: extent.points.count)
        }
    }

    private func tasks(_ network: FeatureNetwork, _ run: TrainingRun<Self>) throws -> MetaTrainingTasks {
        guard let transfers else {
            let family = objective!.family
            return MetaTrainingTasks(
                training: family, validation: Array(repeating: family, count: extent.problemCount),
                preconditioning: family)
        }
        try transfers.requireMemory(network, extent)
        let cache = PictureCache(edge: transfers.largestEdge) { [maximumPixels = run.invocation.maximumPixels] in
            try PictureFile.read($0, maximumPixels: maximumPixels)
        }
        cache.draw(transfers.training.contents + transfers.training.styles)
        let told = Told()
        return try transfers.tasks(network, extent, cache) { [observer = run.observer] error in
            guard let failure = error as? Failure else { return false }
            if told.isNews(failure.sentence) { observer.note("Note: \(failure.sentence) It is passed over.") }
            return true
        }
    }

    /// In words, for people.
    private var problems: String {
        guard let transfers else { return "random \(objective!.rawValue) functions" }
        let (training, validation) = (transfers.training, transfers.validation)
        return "\(training.contents.count.counted("content")) and \(training.styles.count.counted("style")), "
            + "with \(validation.contents.count) and \(validation.styles.count) held out"
    }

    // MARK: - What came of it

    public func weights(_ session: TrainingSession<MetaTraining>, maximumPixels: Int) throws -> SafetensorsFile {
        var learned = session.trained.learned(session.history)
        learned.record["version"] = Painter.version
        if let training = transfers?.training {
            learned.record[OptimizerFile.networkKey] = network
            learned.record["contents"] = "\(training.contents.count)"
            learned.record["styles"] = "\(training.styles.count)"
        } else {
            learned.record["objective"] = objective!.rawValue
        }
        return learned.safetensors
    }

    /// A table of everything that was scored, the last of training first.
    ///
    ///     mean log f/f_0 after           4      8     16     32
    ///     after 120 of 600 steps     -1.13  -1.76  -2.32  -2.63
    public static func lines(_ session: TrainingSession<MetaTraining>) -> [String] {
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

    public static func curve(_ session: TrainingSession<MetaTraining>) -> Plot? {
        let history = session.history
        guard let last = history.validations.last else { return nil }
        let start = MetaTraining.beginning(of: history).map { [(x: 0.0, y: $0.mean)] } ?? []
        let learned = Plot.Series(
            "learned", points: start + history.validations.map { (Double($0.step), $0.mean) })
        let baselines = history.baselines.map { baseline in
            Plot.Series(baseline.name, points: [(0, baseline.mean), (Double(last.step), baseline.mean)])
        }
        let panel = Plot.Panel(
            xLabel: "steps of training", yLabel: "mean log f/f_0, lower is better", series: [learned] + baselines)
        return Plot(title: "Validation in the course of training", panels: [panel])
    }

    public static func summary(
        _ session: TrainingSession<MetaTraining>, output: String, seconds: Double
    ) -> OptimizerTrainingSummary {
        let (training, history) = (session.trained, session.history)
        return OptimizerTrainingSummary(
            output: output, metaSteps: training.stepsDone, plannedMetaSteps: training.steps, seconds: seconds,
            evaluations: history.work, points: training.points, scores: history.best?.values,
            baselines: history.baselines, stopped: session.isStopped)
    }
}

/// What became of a training of an optimizer.
public struct OptimizerTrainingSummary: Encodable, Equatable, CustomStringConvertible {
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

    public var description: String {
        let steps = "\(metaSteps) of \(plannedMetaSteps) steps, \(evaluations) evaluations"
        return stopped
            ? "Stopped early; the best so far is in \(output): \(steps)."
            : "Wrote \(output): \(steps), \(Duration.seconds(seconds).short)."
    }
}

/// What was told already.
private final class Told: Sendable {
    private let sentences = Mutex(Set<String>())

    func isNews(_ sentence: String) -> Bool { sentences.withLock { $0.insert(sentence).inserted } }
}
