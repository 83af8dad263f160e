import FeatureTraining
import Foundation
import Imaging
import Safetensors

/// All of a training of features at some step: carried on from here, it goes as it would have gone without a break.
struct FeatureTrainingCheckpoint {
    struct Validation: Codable, Equatable {
        var step: Int
        /// At each head: the share of held-out pictures that are recognised in another crop.
        var retrieval: [Double]
    }

    struct History: Codable, Equatable {
        /// Running means.
        var loss: Double?
        var accuracies: [Double] = []
        var validations: [Validation] = []

        mutating func add(_ report: FeatureTrainer.Report) {
            let keep = loss == nil ? 0 : 0.98
            loss = keep * (loss ?? 0) + (1 - keep) * report.loss
            if accuracies.isEmpty { accuracies = report.accuracies }
            for i in accuracies.indices { accuracies[i] = keep * accuracies[i] + (1 - keep) * report.accuracies[i] }
        }

        /// Whether it is of a training of so many heads.
        func isSound(heads: Int) -> Bool {
            (accuracies.isEmpty || accuracies.count == heads) && validations.allSatisfy { $0.retrieval.count == heads }
        }
    }

    var trainer: FeatureTrainer
    var plan: FeatureTrainingPlan
    var history = History()

    private struct Words: Codable {
        var plan: FeatureTrainingPlan
        var history: History
    }

    private static let key = "training"

    init(trainer: FeatureTrainer, plan: FeatureTrainingPlan) {
        (self.trainer, self.plan) = (trainer, plan)
    }

    init(path: String) throws {
        guard exists(path) else {
            throw Failure(.input, "there is no checkpoint \(path) to resume from; leave --resume out to begin.")
        }
        do {
            let file = try SafetensorsFile(bytes: File.read(path))
            let words = try JSONDecoder().decode(Words.self, from: Data((file.metadata[Self.key] ?? "").utf8))
            (plan, history) = (words.plan, words.history)
            trainer = try FeatureTrainer(checkpoint: file)
            guard plan.isSound(classCount: trainer.classCount),
                history.isSound(heads: trainer.settings.architecture.blocks.count)
            else { throw FeatureTrainerError.notACheckpoint }
        } catch is DecodingError {
            throw Failure(.input, "\(path) is no checkpoint of this version; begin anew with --force.")
        } catch {
            throw Failure(.input, "\(path) cannot be read: \(error).")
        }
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let words = try encoder.encode(Words(plan: plan, history: history))
        var file = trainer.checkpoint
        file.metadata[Self.key] = String(decoding: words, as: UTF8.self)
        try OutputFile.write(file.bytes, to: path, replacing: true)
    }
}
