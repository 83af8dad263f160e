import Charts
import FeatureTraining
import Foundation
import Imaging
import Kernels

/// A training of features from its plan to the network's file.
struct FeatureTrainingRun: TrainingRun {
    enum Start {
        /// - Parameter deadline: when training should be over; without it, the settings say how many steps there are.
        case new(FeatureTrainingPlan, FeatureTrainer.Settings, deadline: ContinuousClock.Instant?)
        case resumed(FeatureTrainingCheckpoint)
    }

    private var state: FeatureTrainingCheckpoint
    private let crops: CropSampler
    private let validation: CropSampler
    let files: TrainingFiles
    let reporter: Reporter
    private let interrupts: Interrupts

    /// How often there is a validation.
    private static let validationCount = 20
    /// On so many pictures the layers' activations are brought to a mean of 1.
    private static let scalingPictureCount = 64

    /// Reads the pictures and settles how many steps there are, unless that is known.
    ///
    /// - Throws: `Failure` when a picture cannot be read or somebody wants a stop.
    init(_ start: Start, files: TrainingFiles, reporter: Reporter, interrupts: Interrupts) throws {
        (self.files, self.reporter, self.interrupts) = (files, reporter, interrupts)
        let plan =
            switch start {
            case .new(let plan, _, _): plan
            case .resumed(let checkpoint): checkpoint.plan
            }
        reporter.note("Reading \(plan.summary).")
        let maximumPixels = plan.invocation.maximumPixels
        crops = try CropSampler(
            plan.pictures.map(\.path), labels: plan.pictures.map(\.label), maximumPixels: maximumPixels)
        validation = try CropSampler(
            plan.validation, labels: Array(plan.validation.indices), maximumPixels: maximumPixels)
        switch start {
        case .resumed(let checkpoint): state = checkpoint
        case .new(let plan, var settings, let deadline):
            if let deadline { settings.steps = Self.steps(until: deadline, settings, crops) }
            state = FeatureTrainingCheckpoint(
                trainer: FeatureTrainer(settings, classCount: crops.classCount), plan: plan)
        }
        guard !interrupts.wantsStop else { throw Failure.stoppedBeforeAnyStep }
    }

    /// About how many steps there is time for, going by ten.
    private static func steps(
        until deadline: ContinuousClock.Instant, _ settings: FeatureTrainer.Settings, _ crops: CropSampler
    ) -> Int {
        var pilot = FeatureTrainer(settings, classCount: crops.classCount)
        for _ in 0..<3 { _ = pilot.step(on: crops) }
        let began = ContinuousClock.now
        for _ in 0..<10 { _ = pilot.step(on: crops) }
        let pace = 10 / (began.duration(to: .now) / .seconds(1))
        return max(1, Int(min(ContinuousClock.now.duration(to: deadline) / .seconds(1) * pace, 1e9)))
    }

    var stepsDone: Int { state.trainer.step }

    var opening: String {
        let steps = state.trainer.settings.steps
        return stepsDone == 0 ? "\(steps.counted("step"))." : "Carrying on after step \(stepsDone) of \(steps)."
    }

    mutating func train(checkpointEvery pause: Duration) throws {
        reporter.begin()
        defer { reporter.end() }
        let began = ContinuousClock.now
        let (first, settings) = (state.trainer.step, state.trainer.settings)
        var saved = began
        while state.trainer.step < settings.steps, !interrupts.wantsStop {
            state.history.add(state.trainer.step(on: crops))
            let done = state.trainer.step - first
            let pace = Double(done * settings.batch) / (began.duration(to: .now) / .seconds(1))
            reporter.progress(
                // Of what was left to do, so that a resumed training knows how long it takes.
                fraction: Double(done) / Double(settings.steps - first),
                facts: [
                    "step \(state.trainer.step) of \(settings.steps)", "\(Int(pace)) crops/s",
                    "loss \((state.history.loss ?? .nan).short)",
                    "recognised \(percentages(state.history.accuracies))",
                ])
            if isValidationDue { validate() }
            if saved.duration(to: .now) >= pause {
                try save()
                saved = .now
            }
        }
    }

    private var isValidationDue: Bool {
        let (count, steps, step) = (Self.validationCount, state.trainer.settings.steps, state.trainer.step)
        return step * count / steps > (step - 1) * count / steps
    }

    private mutating func validate() {
        let retrieval = state.trainer.retrieval(in: validation)
        state.history.validations.append(.init(step: state.trainer.step, retrieval: retrieval))
        reporter.note(
            "step \(state.trainer.step): loss \((state.history.loss ?? .nan).short), trained pictures recognised "
                + "\(percentages(state.history.accuracies)), others \(percentages(retrieval)), block by block")
    }

    private func percentages(_ shares: [Double]) -> String {
        shares.map { "\(Int((100 * $0).rounded()))" }.joined(separator: "/") + " %"
    }

    func save() throws {
        try interrupts.whileWriting { try state.write(to: files.checkpoint) }
    }

    // MARK: - The end

    func finish(took time: Duration) throws -> FeatureTrainingSummary {
        let spread = max(1, state.plan.pictures.count / Self.scalingPictureCount)
        let paths = stride(from: 0, to: state.plan.pictures.count, by: spread).map { state.plan.pictures[$0].path }
        let maximumPixels = state.plan.invocation.maximumPixels
        let read = { try PictureFile.read($0, maximumPixels: maximumPixels).shrunk(toEdge: 256) }
        // What has gone in the meantime is not worth the training.
        var pictures = paths.compactMap { try? read($0) }
        if pictures.isEmpty { pictures = [try read(paths[0])] }
        var network = try state.trainer.folded(pictures: pictures)
        network.metadata.merge(record) { $1 }
        try interrupts.whileWriting {
            try OutputFile.write(network.bytes, to: files.output, replacing: files.force)
            if let curve {
                try OutputFile.write(PictureFile.encode(curve, as: .png()), to: files.curve, replacing: files.force)
            }
        }
        return FeatureTrainingSummary(
            output: files.output, steps: state.trainer.step, plannedSteps: state.trainer.settings.steps,
            seconds: (time / .milliseconds(1)).rounded() / 1000, loss: state.history.loss,
            accuracies: state.history.accuracies, retrieval: state.history.validations.last?.retrieval,
            stopped: state.trainer.step < state.trainer.settings.steps)
    }

    private var record: [String: String] {
        [
            "version": Stylize.version, "seed": "\(state.trainer.settings.seed)", "steps": "\(state.trainer.step)",
            "pictures": "\(state.plan.pictures.count)", "classes": "\(state.trainer.classCount)",
        ]
    }

    /// How validation went from step to step; `nil` before the first.
    private var curve: Picture? {
        guard let last = state.history.validations.last else { return nil }
        let series = last.retrieval.indices.map { head in
            Plot.Series(
                "block \(head + 1)",
                points: state.history.validations.map { (Double($0.step), 100 * $0.retrieval[head]) })
        }
        return Plot(
            title: "Held-out pictures recognised in another crop",
            panels: [.init(xLabel: "steps of training", yLabel: "%", series: series)]
        ).picture(width: 1000, height: 600)
    }
}

extension CropSampler {
    fileprivate init(_ paths: [String], labels: [Int], maximumPixels: Int) throws {
        self.init()
        for path in paths { try PictureFile.check(path) }
        let unreadable = add(labels) { try? Picture(contentsOf: paths[$0], maximumPixels: maximumPixels) }
        if let first = unreadable.first { _ = try PictureFile.read(paths[first], maximumPixels: maximumPixels) }
    }
}

extension Picture {
    /// The picture with its longest edge brought down to `edge`.
    fileprivate func shrunk(toEdge edge: Int) -> Picture {
        let longest = max(width, height)
        guard longest > edge else { return self }
        return resized(width: max(1, width * edge / longest), height: max(1, height * edge / longest))
    }
}
