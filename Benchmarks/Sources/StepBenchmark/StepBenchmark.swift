import FeatureNetwork
import Foundation
import Kernels
import Numerics
import Safetensors
import StyleTransfer

/// One side of the side-by-side with PyTorch: answers commands on standard input, a line each, so that both sides can
/// be timed in turn. The commands are described in side_by_side.py and training_step.py.
@main struct StepBenchmark {
    static func main() throws {
        var network = FeatureNetwork.builtIn
        var settings = ObjectiveSettings()
        var problem: Problem?
        var training: TrainingSteps?
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            switch (words[0], words.count) {
            case ("features", 3):
                network = try FeatureNetwork(SafetensorsFile(path: words[2]), pooling: Pooling(rawValue: words[1]))
                settings = .upToRelu41
                print("ok")
            case ("activations", 2):
                try writeActivations(of: words[1], network)
                print("ok")
            case ("settings", 1): print(try json(settings))
            case ("load", 2):
                problem = try Problem(path: words[1], network: network, settings: settings)
                print("ok")
            case ("evaluate", 2): print(try problem!.evaluate(writingTo: words[1]))
            case ("time", 2): print(list(problem!.time(Int(words[1])!)))
            case ("training", 2):
                training = try TrainingSteps(teacher: words[1])
                print(training!.shape)
            case ("train", 2): print(list(try training!.time(Int(words[1])!)))
            default: fatalError("no such command: \(line)")
            }
            fflush(nil)
        }
    }

    private static func list(_ times: [Double]) -> String { times.map { String($0) }.joined(separator: " ") }

    /// Adds to a file that holds a `picture` the activations of every layer, under the layer's name.
    private static func writeActivations(of path: String, _ network: FeatureNetwork) throws {
        var file = try SafetensorsFile(path: path)
        let picture = file["picture"]!
        let extractor = FeatureExtractor(
            network, width: picture.shape[2], height: picture.shape[1], taps: Set(network.layerNames))
        extractor.forward(picture.values)
        for name in network.layerNames {
            let activations = extractor.activations(of: name)
            let shape = [activations.channels, activations.height, activations.width]
            file[name] = .init(shape: shape, values: activations.planar)
        }
        try file.write(path: path)
    }

    private static func json(_ settings: ObjectiveSettings) throws -> String {
        func dictionary(_ layers: [ObjectiveSettings.Layer]) -> [String: Float] {
            Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0.weight) })
        }
        let fields: [String: Any] = [
            "contentWeight": settings.contentWeight, "styleWeight": settings.styleWeight,
            "totalVariationWeight": settings.totalVariationWeight, "styleLoss": settings.styleLoss.rawValue,
            "contentLayers": dictionary(settings.contentLayers), "styleLayers": dictionary(settings.styleLayers),
            "pyramidLevels": settings.pyramidLevels,
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
    }
}

extension ObjectiveSettings {
    /// Of a VGG as far as most of what style transfer does with it goes.
    fileprivate static var upToRelu41: ObjectiveSettings {
        var settings = ObjectiveSettings()
        settings.styleLayers = (1...4).map { Layer("relu\($0)_1", 0.25) }
        settings.contentLayers = [Layer("relu4_1", 1)]
        settings.styleLoss = .gram
        settings.pyramidLevels = 1
        return settings
    }
}

/// An objective and the picture it is evaluated at.
private struct Problem {
    let objective: StyleTransferObjective
    let picture: Planes
    var gradient: [Float]

    init(path: String, network: FeatureNetwork, settings: ObjectiveSettings) throws {
        let file = try SafetensorsFile(path: path)
        func planes(_ name: String) -> Planes {
            let tensor = file[name]!
            return Planes(count: 3, height: tensor.shape[1], width: tensor.shape[2], values: tensor.values)
        }
        objective = try StyleTransferObjective(
            network: network, content: planes("content"), styles: [(planes("style"), 1)], settings: settings)
        picture = planes("picture")
        gradient = [Float](repeating: 0, count: picture.values.count)
    }

    mutating func evaluate(writingTo path: String) throws -> Double {
        let loss = objective.evaluate(picture.values, gradient: &gradient)
        let tensor = SafetensorsFile.Tensor(shape: [3, picture.height, picture.width], values: gradient)
        try SafetensorsFile(tensors: ["gradient": tensor]).write(path: path)
        return loss
    }

    /// Milliseconds of each of `count` evaluations.
    mutating func time(_ count: Int) -> [Double] {
        let clock = ContinuousClock()
        return (0..<count).map { _ in
            clock.measure { _ = objective.evaluate(picture.values, gradient: &gradient) } / .milliseconds(1)
        }
    }
}
