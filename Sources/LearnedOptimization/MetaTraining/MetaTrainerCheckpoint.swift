import Safetensors
import TrainingSessions

extension MetaTrainer {
    static let checkpointKind = "a meta-training of version 5"

    private enum Key {
        static let settings = "settings"
        static let progress = "progress"
    }

    private struct Progress: Codable {
        var metaStep: Int
        var bestScore: Double?
        var adam: Adam.Scalars
    }

    /// Adds all that it takes to go on as if there had been no break.
    func write(to checkpoint: inout Checkpoint) {
        let architecture = settings.preset.architecture
        checkpoint.file.add(current.preconditioner, for: architecture)
        checkpoint.file.metadata[SafetensorsFile.windowsKey] = String(current.windows)
        func add(_ weights: [Float], _ prefix: String) {
            checkpoint.file.add(weights, of: architecture, prefix: prefix)
        }
        add(current.weights, "current.")
        add(average.weights, "average.")
        if let kept { add(kept.optimizer.weights, "best.") }
        let (moments, scalars) = adam.state
        if let moments {
            add(moments.mean, "adam.mean.")
            add(moments.meanSquare, "adam.mean_square.")
        }
        checkpoint.add(settings, Key.settings)
        checkpoint.add(Progress(metaStep: metaStep, bestScore: kept?.score, adam: scalars), Key.progress)
    }

    /// Goes on from a checkpoint.
    ///
    /// - Throws: `CheckpointError` or `LearnedOptimizerError`.
    public init(_ checkpoint: Checkpoint) throws {
        let settings: Settings = try checkpoint.value(Key.settings)
        let progress: Progress = try checkpoint.value(Key.progress)
        guard settings.isSound, progress.metaStep >= 0 else { throw CheckpointError.notACheckpoint }
        let (file, architecture) = (checkpoint.file, settings.preset.architecture)
        let (preconditioner, windows) = (try file.preconditioner(for: architecture), try file.windows)
        func optimizer(_ prefix: String) throws -> LearnedOptimizer {
            LearnedOptimizer(
                architecture, weights: try file.weights(of: architecture, prefix: prefix),
                preconditioner: preconditioner, windows: windows)
        }
        self.init(settings, from: try optimizer("current."))
        metaStep = progress.metaStep
        average = try optimizer("average.")
        if let score = progress.bestScore { kept = (try optimizer("best."), score) }
        guard progress.adam.meanMagnitude != nil else {
            adam.restore(nil, progress.adam)
            return
        }
        let meanSquare = try file.weights(of: architecture, prefix: "adam.mean_square.")
        guard meanSquare.allSatisfy({ $0 >= 0 }) else { throw CheckpointError.notACheckpoint }
        adam.restore((try file.weights(of: architecture, prefix: "adam.mean."), meanSquare), progress.adam)
    }
}

extension MetaTrainer.Settings {
    /// What these numbers may be.
    public static let batchRange = 1...10_000

    /// Whether a trainer can be made of it.
    fileprivate var isSound: Bool {
        preset.isSound && trainingStepsRange.contains(metaSteps) && Self.batchRange.contains(batch) && coordinates > 0
            && gradientClip > 0
    }
}
