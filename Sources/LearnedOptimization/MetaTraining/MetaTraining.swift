import Foundation
import Numerics
import TrainingSessions

/// The training of an optimizer on the problems of a family, validated by how it does on others.
public struct MetaTraining: Trainable {
    public static var checkpointKind: String { MetaTrainer.checkpointKind }

    public private(set) var trainer: MetaTrainer
    private let family: any TaskFamily & Sendable
    private let validation: MetaValidation

    /// - Throws: what keeps a problem to validate on from being made.
    public init(_ trainer: MetaTrainer, on tasks: MetaTrainingTasks, points: [Int]) throws {
        (self.trainer, family) = (trainer, tasks.training)
        // Far from the seeds of the training.
        var generator = SplitMix64(seed: ~trainer.settings.seed)
        validation = MetaValidation(
            problems: try tasks.validation.map { try $0.sample(using: &generator) }, points: points)
    }

    /// After how many evaluations a walk is looked at in validation.
    public var points: [Int] { validation.points }

    // MARK: - Trainable

    public var stepsDone: Int { trainer.metaStep }

    public var steps: Int {
        get { trainer.settings.metaSteps }
        set { trainer.settings.metaSteps = newValue }
    }

    public mutating func step() throws -> TrainingStep {
        let report = try trainer.step(on: family)
        return TrainingStep(loss: report.metaLoss, work: report.evaluations, facts: ["horizon \(report.horizon)"])
    }

    /// The mean log ratio at each of the points.
    public mutating func validate() -> [Double] {
        let scores = validation.scores(trainer.average)
        trainer.keep(score: scores.mean)
        return scores.values
    }

    public func write(to checkpoint: inout Checkpoint) { trainer.write(to: &checkpoint) }

    /// In evaluations of each problem: to make one takes about five.
    public func cost(ofStep index: Int) -> Double { Double(trainer.horizon(of: index)) + 5 }

    // MARK: - Beginning

    public enum Preparation {
        case baselines
        case preconditioner
    }

    /// Scores what is to be beaten and, for untrained weights, finds the preconditioner that suits the problems.
    ///
    /// - Parameters:
    ///   - first: trained weights to begin with.
    ///   - onPreparation: called as each begins.
    /// - Returns: `nil` when cancelled.
    /// - Throws: what keeps a problem from being made.
    public static func begin(
        _ settings: MetaTrainer.Settings, from first: LearnedOptimizer?, on tasks: MetaTrainingTasks,
        _ extent: MetaTrainingExtent, isCancelled: () -> Bool, onPreparation: (Preparation) -> Void
    ) throws -> (training: MetaTraining, baselines: [TrainingHistory.Baseline])? {
        let untrained = LearnedOptimizer(untrained: settings.preset.architecture, seed: settings.seed)
        var training = try MetaTraining(
            MetaTrainer(settings, from: first ?? untrained), on: tasks, points: extent.points)
        let validation = training.validation
        onPreparation(.baselines)
        guard var baselines = validation.baselines(untrained: untrained, isCancelled: isCancelled) else { return nil }
        if let first {
            baselines.insert(validation.scores(first, name: MetaValidation.given), at: 1)
        } else if settings.preset.architecture.update.isQuasiNewton {
            onPreparation(.preconditioner)
            // Other seeds than those of the training and of the validation.
            var generator = SplitMix64(seed: settings.seed &+ 1 << 32)
            let problems = try (0..<extent.problemCount).map { _ in
                try tasks.preconditioning.sample(using: &generator)
            }
            let found = PreconditionerSearch.run(
                settings.preset.architecture, on: problems,
                evaluations: min(32, settings.preset.training.horizon),
                onCurve: { isCancelled() ? .stop : .carryOn })
            guard let found else { return nil }
            let beginning = LearnedOptimizer(
                untrained: settings.preset.architecture, seed: settings.seed, preconditioner: found,
                windows: settings.preset.training.windows)
            training.trainer = MetaTrainer(settings, from: beginning)
            baselines.insert(validation.scores(beginning, name: MetaValidation.preconditioned), at: 1)
        }
        return isCancelled() ? nil : (training, baselines)
    }

    /// How the optimizer that a training begins with did in its validation.
    public static func beginning(of history: TrainingHistory) -> TrainingHistory.Baseline? {
        [MetaValidation.given, MetaValidation.preconditioned, MetaValidation.untrained].lazy
            .compactMap { name in history.baselines.first { $0.name == name } }.first
    }

    // MARK: - The end

    /// The best optimizer, with a record of its training. That holds no time, so that the same training gives the same
    /// bytes.
    public func learned(_ history: TrainingHistory) -> LearnedOptimizer {
        func text(_ values: [Double]) -> String {
            zip(points, values).map { "\($0):\(String(format: "%.4f", $1))" }.joined(separator: " ")
        }
        var learned = trainer.best
        learned.record["seed"] = "\(trainer.settings.seed)"
        learned.record["meta-steps"] = "\(trainer.metaStep)"
        if let best = history.best {
            learned.record["best-meta-step"] = "\(best.step)"
            learned.record["validation"] = text(best.values)
        }
        for baseline in history.baselines { learned.record["validation of \(baseline.name)"] = text(baseline.values) }
        return learned
    }
}
