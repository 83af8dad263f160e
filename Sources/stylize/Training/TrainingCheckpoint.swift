import FeatureNetwork
import Files
import Foundation
import Imaging
import LearnedOptimization
import Safetensors

/// All of a training at some step: carried on from here, it goes as it would have gone without a break.
struct TrainingCheckpoint {
    var trainer: MetaTrainer
    var plan: TrainingPlan
    var history: TrainingHistory
    /// The digest of the network whose losses it learns to bring down.
    var network: String

    private struct Words: Codable {
        var network: String
        var plan: TrainingPlan
        var history: TrainingHistory
    }

    private static let key = "training"

    init(trainer: MetaTrainer, plan: TrainingPlan, history: TrainingHistory, network: FeatureNetwork) {
        (self.trainer, self.plan, self.history, self.network) = (trainer, plan, history, network.digest)
    }

    init(path: String) throws {
        guard exists(path) else {
            throw Failure(.input, "there is no checkpoint \(path) to resume from; leave --resume out to begin.")
        }
        do {
            let bytes = try File.read(path)
            let words = try SafetensorsFile(bytes: bytes).metadata[Self.key] ?? ""
            let decoded = try JSONDecoder().decode(Words.self, from: Data(words.utf8))
            guard decoded.plan.isSound else { throw LearnedOptimizerError.notACheckpoint }
            (plan, history, network) = (decoded.plan, decoded.history, decoded.network)
            trainer = try MetaTrainer(checkpoint: bytes)
        } catch is DecodingError {
            throw Failure(.input, "\(path) is no checkpoint of this version; begin anew with --force.")
        } catch {
            throw Failure(.input, "\(path) cannot be read: \(error).")
        }
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let words = try encoder.encode(Words(network: network, plan: plan, history: history))
        var file = trainer.checkpoint
        file.metadata[Self.key] = String(decoding: words, as: UTF8.self)
        try OutputFile.write(file.bytes, to: path, replacing: true)
    }
}
