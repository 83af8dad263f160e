import Foundation
import Safetensors

extension MetaTrainer {
    private static let version = "4"

    private enum Key {
        static let version = "meta-trainer"
        static let settings = "settings"
        static let progress = "progress"
    }

    /// Numbers whose every bit counts; JSON keeps those of finite ones.
    private struct Progress: Codable {
        var metaStep: Int
        var bestScore: Double?
        var adam: Adam.Scalars
    }

    /// Everything a run needs to go on as if it had never stopped.
    public var checkpoint: SafetensorsFile {
        let preset = settings.preset
        var file = SafetensorsFile(tensors: [:])
        file.add(current.preconditioner, for: preset)
        file.add(current.weights, of: preset, prefix: "current.")
        file.add(average.weights, of: preset, prefix: "average.")
        if let kept { file.add(kept.optimizer.weights, of: preset, prefix: "best.") }
        let (moments, scalars) = adam.state
        if let moments {
            file.add(moments.mean, of: preset, prefix: "adam.mean.")
            file.add(moments.meanSquare, of: preset, prefix: "adam.mean_square.")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        file.metadata = [
            Key.version: Self.version,
            SafetensorsFile.windowsKey: String(current.windows),
            Key.settings: String(decoding: try! encoder.encode(settings), as: UTF8.self),
            Key.progress: String(
                decoding: try! encoder.encode(Progress(metaStep: metaStep, bestScore: kept?.score, adam: scalars)),
                as: UTF8.self),
        ]
        return file
    }

    /// Goes on from a checkpoint.
    ///
    /// - Throws: `SafetensorsError` or `LearnedOptimizerError`.
    public init(checkpoint bytes: [UInt8]) throws {
        let file = try SafetensorsFile(bytes: bytes)
        guard let version = file.metadata[Key.version] else { throw LearnedOptimizerError.notACheckpoint }
        guard version == Self.version else { throw LearnedOptimizerError.unknownVersion(version, known: Self.version) }
        let decoder = JSONDecoder()
        guard
            let settings = file.metadata[Key.settings].flatMap({
                try? decoder.decode(Settings.self, from: Data($0.utf8))
            }),
            let progress = file.metadata[Key.progress].flatMap({
                try? decoder.decode(Progress.self, from: Data($0.utf8))
            }), settings.isSound, progress.metaStep >= 0
        else { throw LearnedOptimizerError.notACheckpoint }
        let preset = settings.preset
        let (preconditioner, windows) = (try file.preconditioner(for: preset), try file.windows)
        func optimizer(_ prefix: String) throws -> LearnedOptimizer {
            LearnedOptimizer(
                preset: preset, weights: try file.weights(of: preset, prefix: prefix), preconditioner: preconditioner,
                windows: windows)
        }
        self.init(settings, from: try optimizer("current."))
        metaStep = progress.metaStep
        average = try optimizer("average.")
        if let score = progress.bestScore { kept = (try optimizer("best."), score) }
        guard progress.adam.meanMagnitude != nil else {
            adam.restore(nil, progress.adam)
            return
        }
        let meanSquare = try file.weights(of: preset, prefix: "adam.mean_square.")
        guard meanSquare.allSatisfy({ $0 >= 0 }) else { throw LearnedOptimizerError.notACheckpoint }
        adam.restore((try file.weights(of: preset, prefix: "adam.mean."), meanSquare), progress.adam)
    }
}

extension MetaTrainer.Settings {
    /// What these numbers may be.
    public static let metaStepsRange = 1...1_000_000_000, batchRange = 1...10_000

    /// Whether a trainer can be made of it.
    fileprivate var isSound: Bool {
        preset.isSound && Self.metaStepsRange.contains(metaSteps) && Self.batchRange.contains(batch) && coordinates > 0
            && gradientClip > 0
    }
}
