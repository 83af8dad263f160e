import FeatureNetwork
import FeatureTraining
import Files
import Foundation
import Imaging
import Safetensors

/// All of a distillation at some step: carried on from here, it goes as it would have gone without a break.
struct FeatureTrainingCheckpoint {
    struct Validation: Codable, Equatable {
        var step: Int
        /// On held-out pictures.
        var losses: Distiller.Losses
    }

    struct History: Codable, Equatable {
        /// A running mean.
        var loss: Double?
        var validations: [Validation] = []

        mutating func add(_ losses: Distiller.Losses) {
            let keep = loss == nil ? 0 : 0.98
            loss = keep * (loss ?? 0) + (1 - keep) * losses.mean
        }

        /// Whether it is of a student of so many layers.
        func isSound(layers: Int) -> Bool { validations.allSatisfy { $0.losses.layers.count == layers } }
    }

    var distiller: Distiller
    var plan: FeatureTrainingPlan
    var history = History()

    private struct Words: Codable {
        var plan: FeatureTrainingPlan
        var history: History
    }

    private static let key = "training"

    init(distiller: Distiller, plan: FeatureTrainingPlan) {
        (self.distiller, self.plan) = (distiller, plan)
    }

    /// Reads a checkpoint, and the teacher that it names.
    init(path: String) throws {
        guard exists(path) else {
            throw Failure(.input, "there is no checkpoint \(path) to resume from; leave --resume out to begin.")
        }
        do {
            let file = try SafetensorsFile(bytes: File.read(path))
            let words = try JSONDecoder().decode(Words.self, from: Data((file.metadata[Self.key] ?? "").utf8))
            (plan, history) = (words.plan, words.history)
            distiller = try Distiller(checkpoint: file, teacher: plan.readTeacher())
            guard plan.isSound, history.isSound(layers: distiller.settings.architecture.layerCount) else {
                throw DistillerError.notACheckpoint
            }
        } catch let failure as Failure {
            throw failure
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
        var file = distiller.checkpoint
        file.metadata[Self.key] = String(decoding: words, as: UTF8.self)
        try OutputFile.write(file.bytes, to: path, replacing: true)
    }
}
