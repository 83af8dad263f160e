import FeatureNetwork
import Files
import Foundation
import Kernels
import LearnedOptimization
import Painting

/// A training from its plan to the optimizer's file.
struct Training: TrainingRun {
    var state: TrainingCheckpoint
    private let family: any TaskFamily & Sendable
    private let validation: Validation
    private let network: FeatureNetwork
    let files: TrainingFiles
    let reporter: Reporter
    private let interrupts: Interrupts

    /// Prepares for a training: scores what it has to beat and settles how many steps it has, unless that is known.
    ///
    /// - Throws: `Failure` when a picture cannot be read or somebody wants a stop, `StyleTransferError`.
    init(
        _ start: Start, network: FeatureNetwork, files: TrainingFiles, reporter: Reporter, interrupts: Interrupts
    ) throws {
        (self.network, self.files, self.reporter, self.interrupts) = (network, files, reporter, interrupts)
        let plan = start.plan
        try plan.requireMemory(network)
        let cache = PictureCache(edge: plan.size, maximumPixels: plan.invocation.maximumPixels)
        switch start {
        case .new:
            reporter.note("Training on \(plan.summary).")
            cache.draw(plan.contents + plan.styles)
        case .resumed(let checkpoint):
            guard plan.objective != nil || checkpoint.network == network.digest else {
                throw Failure(
                    .input, "\(files.checkpoint) is of a training for another network; begin anew with --force.")
            }
        }
        let unreadable = UnreadablePictures(reporter)
        family = try plan.family(network: network, cache: cache, unreadable)
        validation = Validation(
            problems: try plan.validationProblems(network: network, cache: cache), points: plan.points)
        switch start {
        case .resumed(let checkpoint): state = checkpoint
        case .new(let plan, var settings, let first, let deadline):
            reporter.note("Finding out what is to be beaten.")
            let untrained = LearnedOptimizer(untrained: settings.preset.architecture, seed: settings.seed)
            var beginning = first ?? untrained
            let isCancelled = { interrupts.wantsStop }
            guard var baselines = validation.baselines(untrained: untrained, isCancelled: isCancelled) else {
                throw Failure.stoppedBeforeAnyStep
            }
            if let first {
                baselines.insert(validation.scores(first, name: Validation.given), at: 1)
            } else if settings.preset.architecture.update.isQuasiNewton {
                reporter.note("Looking for a preconditioner.")
                let problems = try plan.preconditionerProblems(network: network, cache: cache, unreadable)
                guard
                    let found = PreconditionerSearch.run(
                        settings.preset.architecture, on: problems,
                        evaluations: min(32, settings.preset.training.horizon),
                        onCurve: { isCancelled() ? .stop : .carryOn })
                else { throw Failure.stoppedBeforeAnyStep }
                beginning = LearnedOptimizer(
                    untrained: settings.preset.architecture, seed: settings.seed, preconditioner: found,
                    windows: settings.preset.training.windows)
                baselines.insert(validation.scores(beginning, name: Validation.preconditioned), at: 1)
            }
            if let deadline {
                settings.metaSteps = try Self.metaSteps(
                    until: deadline, settings, family, validation: validation, count: plan.validationCount)
            }
            guard !isCancelled() else { throw Failure.stoppedBeforeAnyStep }
            state = TrainingCheckpoint(
                trainer: MetaTrainer(settings, from: beginning), plan: plan,
                history: TrainingHistory(baselines: baselines), network: network)
        }
    }

    enum Start {
        /// - Parameters:
        ///   - from: trained weights to begin with.
        ///   - deadline: when training should be over; without it, the settings say how many steps there are.
        case new(
            TrainingPlan, MetaTrainer.Settings, from: LearnedOptimizer?, deadline: ContinuousClock.Instant?)
        case resumed(TrainingCheckpoint)

        var plan: TrainingPlan {
            switch self {
            case .new(let plan, _, _, _): plan
            case .resumed(let checkpoint): checkpoint.plan
            }
        }
    }

    /// About how many steps there is time for, going by the first three.
    private static func metaSteps(
        until deadline: ContinuousClock.Instant, _ settings: MetaTrainer.Settings,
        _ family: any TaskFamily & Sendable, validation: Validation, count: Int
    ) throws -> Int {
        let began = ContinuousClock.now
        var pilot = MetaTrainer(settings)
        _ = validation.scores(pilot.average)
        let validated = ContinuousClock.now
        var work = 0.0
        for _ in 0..<3 { work += Self.work(horizon: try pilot.step(on: family).horizon) }
        let pace = work / (validated.duration(to: .now) / .seconds(1))
        let seconds = (ContinuousClock.now.duration(to: deadline) - began.duration(to: validated) * count) / .seconds(1)
        return metaSteps(worth: seconds * pace, settings)
    }

    /// Of one step, in evaluations of each of its problems: to make a problem takes about five.
    static func work(horizon: Int) -> Double { Double(horizon) + 5 }

    /// About how many steps a training of so much work has, at least one.
    static func metaSteps(worth work: Double, _ settings: MetaTrainer.Settings) -> Int {
        // The horizons of a training, whatever its length, are those of another, stretched.
        var sample = settings
        sample.metaSteps = 200
        let trainer = MetaTrainer(sample)
        let workOfSample = (0..<sample.metaSteps).reduce(0.0) { $0 + Self.work(horizon: trainer.horizon(of: $1)) }
        return max(1, Int(min(work / workOfSample * Double(sample.metaSteps), 1e9)))
    }

    // MARK: - Training

    var stepsDone: Int { state.trainer.metaStep }

    var opening: String {
        let metaSteps = state.trainer.settings.metaSteps
        let interval = max(1, metaSteps / state.plan.validationCount)
        return stepsDone == 0
            ? "\(metaSteps.counted("step")); a validation about every \(interval)."
            : "Carrying on after step \(stepsDone) of \(metaSteps)."
    }

    mutating func train(checkpointEvery pause: Duration) throws {
        reporter.begin()
        defer { reporter.end() }
        let began = ContinuousClock.now
        let (first, metaSteps) = (state.trainer.metaStep, state.trainer.settings.metaSteps)
        let evaluationsBefore = state.history.evaluations
        var saved = began
        while state.trainer.metaStep < metaSteps, !interrupts.wantsStop {
            let report = try state.trainer.step(on: family)
            state.history.add(metaLoss: report.metaLoss, evaluations: report.evaluations)
            let pace = Double(state.history.evaluations - evaluationsBefore) / (began.duration(to: .now) / .seconds(1))
            reporter.progress(
                // Of what was left to do, so that a resumed training knows how long it takes.
                fraction: Double(state.trainer.metaStep - first) / Double(metaSteps - first),
                facts: [
                    "step \(state.trainer.metaStep) of \(metaSteps)", "horizon \(report.horizon)",
                    "\(Int(pace)) evaluations/s", "meta-loss \((state.history.metaLoss ?? .nan).short)",
                ])
            if isValidationDue { validate() }
            if saved.duration(to: .now) >= pause {
                try save()
                saved = .now
            }
        }
    }

    /// Spread evenly over the steps, the last of them included, so that a resumed training validates at the same ones.
    private var isValidationDue: Bool {
        let (count, metaSteps) = (state.plan.validationCount, state.trainer.settings.metaSteps)
        let step = state.trainer.metaStep
        return step * count / metaSteps > (step - 1) * count / metaSteps
    }

    private mutating func validate() {
        let scores = validation.scores(state.trainer.average)
        state.trainer.keep(score: scores.mean)
        state.history.validations.append(.init(metaStep: state.trainer.metaStep, scores: scores))
        for row in state.history.table(points: state.plan.points, metaSteps: state.trainer.settings.metaSteps) {
            reporter.note(row)
        }
    }

    func save() throws {
        try state.write(to: files.checkpoint)
    }

    // MARK: - The end

    func finish(took time: Duration) throws -> TrainingSummary {
        var learned = state.trainer.best
        learned.record.merge(record) { $1 }
        let curve = LearningCurve(state.history)
        try OutputFile.write(learned.safetensors.bytes, to: files.output, replacing: files.force)
        if let picture = curve?.draw() {
            try PictureFile.write(picture, to: files.curve, replacing: files.force)
        }
        return TrainingSummary(
            output: files.output, metaSteps: state.trainer.metaStep, plannedMetaSteps: state.trainer.settings.metaSteps,
            seconds: (time / .milliseconds(1)).rounded() / 1000, evaluations: state.history.evaluations,
            points: state.plan.points, scores: state.history.best?.scores.values, baselines: state.history.baselines,
            stopped: state.trainer.metaStep < state.trainer.settings.metaSteps)
    }

    /// What the optimizer's file says of its training. No time, so that the same training gives the same bytes.
    private var record: [String: String] {
        let (plan, history) = (state.plan, state.history)
        func text(_ scores: TrainingHistory.Scores) -> String {
            zip(plan.points, scores.values).map { "\($0):\(String(format: "%.4f", $1))" }.joined(separator: " ")
        }
        var record = [
            "version": Stylize.version,
            "seed": "\(state.trainer.settings.seed)",
            "meta-steps": "\(state.trainer.metaStep)",
        ]
        if let objective = plan.objective {
            record["objective"] = objective.rawValue
        } else {
            record[OptimizerFile.networkKey] = network.digest
            record["contents"] = "\(plan.contents.count)"
            record["styles"] = "\(plan.styles.count)"
        }
        if let best = history.best {
            record["best-meta-step"] = "\(best.metaStep)"
            record["validation"] = text(best.scores)
        }
        for baseline in history.baselines { record["validation of \(baseline.name)"] = text(baseline) }
        return record
    }
}
