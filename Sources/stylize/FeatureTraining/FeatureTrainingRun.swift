import Charts
import FeatureNetwork
import FeatureTraining
import Foundation
import Imaging
import Kernels

/// A distillation from its plan to the network's file.
struct FeatureTrainingRun: TrainingRun {
    enum Start {
        /// - Parameter deadline: when training should be over; without it, the settings say how many steps there are.
        case new(FeatureTrainingPlan, Distiller.Settings, teacher: FeatureNetwork, deadline: ContinuousClock.Instant?)
        case resumed(FeatureTrainingCheckpoint)

        var plan: FeatureTrainingPlan {
            switch self {
            case .new(let plan, _, _, _): plan
            case .resumed(let checkpoint): checkpoint.plan
            }
        }
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

    /// Reads the pictures, fits the student and settles how many steps there are, unless that is known.
    ///
    /// - Throws: `Failure` when a picture cannot be read or somebody wants a stop, `DistillerError`.
    init(_ start: Start, files: TrainingFiles, reporter: Reporter, interrupts: Interrupts) throws {
        (self.files, self.reporter, self.interrupts) = (files, reporter, interrupts)
        if case .new(_, let settings, let teacher, _) = start { try Distiller.check(settings, teacher: teacher) }
        reporter.note("Reading \(start.plan.summary).")
        let maximumPixels = start.plan.invocation.maximumPixels
        crops = try CropSampler(start.plan.pictures, maximumPixels: maximumPixels)
        validation = try CropSampler(start.plan.validation, maximumPixels: maximumPixels)
        switch start {
        case .resumed(let checkpoint): state = checkpoint
        case .new(let plan, let settings, let teacher, let deadline):
            let thousands = settings.architecture.multiplyAddsPerPixel / 1000
            reporter.note(
                "Fitting a student of \(thousands.short) thousand multiply-adds a pixel to its teacher's channels.")
            var unexplained: [Double] = []
            let fitted = try Distiller.fitted(settings, to: teacher, on: crops) { _, share in
                unexplained.append(share)
                return !interrupts.wantsStop
            }
            guard var fitted else { throw Failure.stoppedBeforeAnyStep }
            if let deadline { fitted.plan(steps: try Self.steps(until: deadline, fitted, crops)) }
            reporter.note(
                "Of the teacher's variance unexplained, in %: "
                    + settings.architecture.text(unexplained.map { String(format: "%.0f", 100 * $0) }))
            state = FeatureTrainingCheckpoint(distiller: fitted, plan: plan)
        }
        guard !interrupts.wantsStop else { throw Failure.stoppedBeforeAnyStep }
    }

    /// About how many steps there is time for, going by ten.
    private static func steps(
        until deadline: ContinuousClock.Instant, _ distiller: Distiller, _ crops: CropSampler
    ) throws -> Int {
        var pilot = distiller
        let began = ContinuousClock.now
        for _ in 0..<10 { _ = try pilot.step(on: crops) }
        let pace = 10 / (began.duration(to: .now) / .seconds(1))
        return max(1, Int(min(ContinuousClock.now.duration(to: deadline) / .seconds(1) * pace, 1e9)))
    }

    var stepsDone: Int { state.distiller.step }

    var opening: String {
        let steps = state.distiller.settings.steps
        return stepsDone == 0 ? "\(steps.counted("step"))." : "Carrying on after step \(stepsDone) of \(steps)."
    }

    mutating func train(checkpointEvery pause: Duration) throws {
        reporter.begin()
        defer { reporter.end() }
        let began = ContinuousClock.now
        let (first, settings) = (state.distiller.step, state.distiller.settings)
        var saved = began
        while state.distiller.step < settings.steps, !interrupts.wantsStop {
            state.history.add(try state.distiller.step(on: crops))
            let done = state.distiller.step - first
            let pace = Double(done * settings.batch) / (began.duration(to: .now) / .seconds(1))
            reporter.progress(
                // Of what was left to do, so that a resumed training knows how long it takes.
                fraction: Double(done) / Double(settings.steps - first),
                facts: [
                    "step \(state.distiller.step) of \(settings.steps)", "\(Int(pace)) crops/s",
                    "loss \((state.history.loss ?? .nan).short)",
                ])
            if isValidationDue { validate() }
            if saved.duration(to: .now) >= pause {
                try save()
                saved = .now
            }
        }
    }

    private var isValidationDue: Bool {
        let (count, steps, step) = (Self.validationCount, state.distiller.settings.steps, state.distiller.step)
        return step * count / steps > (step - 1) * count / steps
    }

    private mutating func validate() {
        let losses = state.distiller.losses(on: validation)
        state.history.validations.append(.init(step: state.distiller.step, losses: losses))
        reporter.note(
            "step \(state.distiller.step): loss \((state.history.loss ?? .nan).short), held out \(losses.mean.short): "
                + state.distiller.settings.architecture.text(losses.layers.map(\.short)))
    }

    func save() throws {
        try interrupts.whileWriting { try state.write(to: files.checkpoint) }
    }

    // MARK: - The end

    func finish(took time: Duration) throws -> FeatureTrainingSummary {
        let spread = max(1, state.plan.pictures.count / Self.scalingPictureCount)
        let paths = stride(from: 0, to: state.plan.pictures.count, by: spread).map { state.plan.pictures[$0] }
        let maximumPixels = state.plan.invocation.maximumPixels
        let read = { try PictureFile.read($0, maximumPixels: maximumPixels).shrunk(toLongestEdge: 256) }
        // What has gone in the meantime is not worth the training.
        var pictures = paths.compactMap { try? read($0) }
        if pictures.isEmpty { pictures = [try read(paths[0])] }
        var network = try state.distiller.folded(pictures: pictures)
        network.metadata.merge(record) { $1 }
        try interrupts.whileWriting {
            try OutputFile.write(network.bytes, to: files.output, replacing: files.force)
            if let curve {
                try OutputFile.write(PictureFile.encode(curve, as: .png()), to: files.curve, replacing: files.force)
            }
        }
        return FeatureTrainingSummary(
            output: files.output, steps: state.distiller.step, plannedSteps: state.distiller.settings.steps,
            seconds: (time / .milliseconds(1)).rounded() / 1000, loss: state.history.loss,
            validation: state.history.validations.last?.losses.layers,
            stopped: state.distiller.step < state.distiller.settings.steps)
    }

    private var record: [String: String] {
        [
            "version": Stylize.version, "seed": "\(state.distiller.settings.seed)", "steps": "\(state.distiller.step)",
            "pictures": "\(state.plan.pictures.count)", "teacher": state.distiller.teacherDigest,
        ]
    }

    /// How validation went from step to step; `nil` before the first.
    private var curve: Picture? {
        let (validations, architecture) = (state.history.validations, state.distiller.settings.architecture)
        guard !validations.isEmpty else { return nil }
        let series = architecture.layersByBlock.enumerated().map { block, layers in
            Plot.Series(
                "block \(block + 1)",
                points: validations.map { validation in
                    let losses = layers.map { validation.losses.layers[$0] }
                    return (Double(validation.step), losses.reduce(0, +) / Double(losses.count))
                })
        }
        return Plot(
            title: "Distance from the teacher on held-out pictures",
            panels: [.init(xLabel: "steps of training", yLabel: "loss", series: series)]
        ).picture(width: 1000, height: 600)
    }
}

extension Architecture {
    /// A word a layer, with a slash between blocks.
    fileprivate func text(_ words: [String]) -> String {
        layersByBlock.map { $0.map { words[$0] }.joined(separator: " ") }.joined(separator: " / ")
    }
}

extension CropSampler {
    fileprivate init(_ paths: [String], maximumPixels: Int) throws {
        self.init()
        for path in paths { try PictureFile.check(path) }
        let unreadable = add(paths.count) { try? Picture(contentsOf: paths[$0], maximumPixels: maximumPixels) }
        if let first = unreadable.first { _ = try PictureFile.read(paths[first], maximumPixels: maximumPixels) }
    }
}
