import FeatureNetwork
import Foundation
import Kernels
import Safetensors

extension Distiller {
    private static let version = "1"

    private enum Key {
        static let version = "distillation"
        static let settings = "settings"
        static let step = "step"
        static let teacher = "teacher"
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
            add(layer.running.mean, "layer\(i).running_mean")
            add(layer.running.variance, "layer\(i).running_variance")
        }
        for (i, head) in heads.enumerated() { add(head.scale, "head\(i).scale") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        file.metadata = [
            Key.version: Self.version, Key.step: "\(step)", Key.teacher: teacherDigest,
            Key.settings: String(decoding: try! encoder.encode(settings), as: UTF8.self),
        ]
        return file
    }

    /// Goes on from a checkpoint.
    ///
    /// - Throws: `DistillerError`.
    public init(checkpoint file: SafetensorsFile, teacher: FeatureNetwork) throws {
        guard let version = file.metadata[Key.version] else { throw DistillerError.notACheckpoint }
        guard version == Self.version else { throw DistillerError.unknownVersion(version) }
        guard
            let settings = file.metadata[Key.settings].flatMap({
                try? JSONDecoder().decode(Settings.self, from: Data($0.utf8))
            }),
            let step = file.metadata[Key.step].flatMap({ Int($0) }), settings.isSound,
            (0...settings.steps).contains(step)
        else { throw DistillerError.notACheckpoint }
        guard file.metadata[Key.teacher] == teacher.digest else { throw DistillerError.otherTeacher }
        try self.init(random: settings, teacher: teacher)
        self.step = step
        func read(_ name: String, into values: inout [Float]) throws {
            guard let tensor = file[name], tensor.values.count == values.count, tensor.values.allSatisfy(\.isFinite)
            else { throw DistillerError.notACheckpoint }
            values = tensor.values
        }
        try forEachParameter { name, parameter in
            try read(name, into: &parameter.values)
            try read(name + ".mean", into: &parameter.mean)
            try read(name + ".mean_square", into: &parameter.meanSquare)
        }
        for i in network.layers.indices {
            try read("layer\(i).running_mean", into: &network.layers[i].running.mean)
            try read("layer\(i).running_variance", into: &network.layers[i].running.variance)
            try read("head\(i).scale", into: &heads[i].scale)
            guard heads[i].scale.allSatisfy({ $0 > 0 }), network.layers[i].running.variance.allSatisfy({ $0 >= 0 })
            else { throw DistillerError.notACheckpoint }
        }
    }

    mutating func forEachParameter(_ body: (String, inout Parameter) throws -> Void) rethrows {
        for i in network.layers.indices {
            try body("layer\(i).weights", &network.layers[i].weights)
            try body("layer\(i).gamma", &network.layers[i].gamma)
            try body("layer\(i).beta", &network.layers[i].beta)
        }
        for i in heads.indices {
            try body("head\(i).weights", &heads[i].weights)
            try body("head\(i).bias", &heads[i].bias)
        }
    }
}

extension Distiller.Settings {
    /// Whether a trainer can be made of it.
    public var isSound: Bool {
        Architecture(blocks: architecture.blocks) != nil && (1...1_000_000_000).contains(steps)
            && (1...10_000).contains(batch)
            && (1...CropSampler.shortSide).contains(edge) && edge % architecture.cropMultiple == 0
            && learningRate.isFinite && learningRate > 0 && warmUp >= 0
    }
}
