import Foundation
import Kernels
import Safetensors

/// Why a file is not a checkpoint of this trainer.
public enum FeatureTrainerError: Error, Equatable, CustomStringConvertible {
    case notACheckpoint
    case unknownVersion(String)

    public var description: String {
        switch self {
        case .notACheckpoint: "it is no checkpoint of a training of features"
        case .unknownVersion(let version):
            "it is a checkpoint of version \(version), which this program does not know"
        }
    }
}

extension FeatureTrainer {
    private static let version = "1"

    private enum Key {
        static let version = "feature-trainer"
        static let settings = "settings"
        static let step = "step"
        static let classes = "classes"
    }

    /// Everything a run needs to go on as if it had never stopped.
    public var checkpoint: SafetensorsFile {
        var file = SafetensorsFile(tensors: [:])
        func add(_ values: [Float], _ name: String) {
            file[name] = .init(shape: [values.count], values: values)
        }
        var copy = self
        copy.forEachParameter { name, parameter in
            add(parameter.values, name)
            add(parameter.mean, name + ".mean")
            add(parameter.meanSquare, name + ".mean_square")
        }
        for (i, layer) in network.layers.enumerated() {
            add(layer.runningMean, "layer\(i).running_mean")
            add(layer.runningVariance, "layer\(i).running_variance")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        file.metadata = [
            Key.version: Self.version, Key.step: "\(step)", Key.classes: "\(classCount)",
            Key.settings: String(decoding: try! encoder.encode(settings), as: UTF8.self),
        ]
        return file
    }

    /// Goes on from a checkpoint.
    ///
    /// - Throws: `FeatureTrainerError`.
    public init(checkpoint file: SafetensorsFile) throws {
        guard let version = file.metadata[Key.version] else { throw FeatureTrainerError.notACheckpoint }
        guard version == Self.version else { throw FeatureTrainerError.unknownVersion(version) }
        guard
            let settings = file.metadata[Key.settings].flatMap({
                try? JSONDecoder().decode(Settings.self, from: Data($0.utf8))
            }),
            let step = file.metadata[Key.step].flatMap({ Int($0) }),
            let classes = file.metadata[Key.classes].flatMap({ Int($0) }), settings.isSound,
            (0...settings.steps).contains(step), (1...1_000_000).contains(classes)
        else { throw FeatureTrainerError.notACheckpoint }
        self.init(settings, classCount: classes)
        self.step = step
        func read(_ name: String, into values: inout [Float]) throws {
            guard let tensor = file[name], tensor.values.count == values.count, tensor.values.allSatisfy(\.isFinite)
            else { throw FeatureTrainerError.notACheckpoint }
            values = tensor.values
        }
        try forEachParameter { name, parameter in
            try read(name, into: &parameter.values)
            try read(name + ".mean", into: &parameter.mean)
            try read(name + ".mean_square", into: &parameter.meanSquare)
        }
        for i in network.layers.indices {
            try read("layer\(i).running_mean", into: &network.layers[i].runningMean)
            try read("layer\(i).running_variance", into: &network.layers[i].runningVariance)
        }
    }

    mutating func forEachParameter(_ body: (String, inout Parameter) throws -> Void) rethrows {
        for i in network.layers.indices {
            try body("layer\(i).weights", &network.layers[i].weights)
            try body("layer\(i).gamma", &network.layers[i].gamma)
            try body("layer\(i).beta", &network.layers[i].beta)
        }
        for i in heads.indices {
            try body("head\(i).weights", &heads[i].head.weights)
            try body("head\(i).bias", &heads[i].head.bias)
        }
    }
}

extension FeatureTrainer.Settings {
    /// Whether a trainer can be made of it.
    public var isSound: Bool {
        Architecture(blocks: architecture.blocks) != nil && steps > 0 && (1...10_000).contains(batch)
            && (1...CropSampler.shortSide).contains(edge) && edge % architecture.cropMultiple == 0
            && learningRate.isFinite && learningRate > 0 && warmUp >= 0 && (0..<1).contains(labelSmoothing)
    }
}
