import FeatureNetwork
import Foundation
import Kernels
import Numerics
import Safetensors
import Testing

@testable import FeatureTraining

@Suite struct GradientTests {
    /// One batch and what PyTorch in float64 says of it: see Goldens/make_goldens.py.
    private static func golden(_ pooling: Pooling) -> SafetensorsFile {
        let path = Bundle.module.url(
            forResource: "step-\(pooling)", withExtension: "safetensors", subdirectory: "Goldens")!.path
        return try! SafetensorsFile(path: path)
    }

    private static let architecture = Architecture("16,20/24,33/18")!

    private func distiller(_ golden: SafetensorsFile, _ pooling: Pooling) throws -> Distiller {
        var teacher = SafetensorsFile(tensors: [:], metadata: ["architecture": Self.architecture.fileDescription])
        for (name, tensor) in golden.tensors where name.hasPrefix("teacher ") {
            teacher[String(name.dropFirst("teacher ".count))] = tensor
        }
        var settings = Distiller.Settings()
        settings.architecture = Self.architecture
        settings.pooling = pooling
        settings.batch = 3
        settings.edge = 12
        var distiller = try Distiller(random: settings, teacher: FeatureNetwork(teacher))
        distiller.forEachParameter { name, parameter in parameter.values = golden[name]!.values }
        for i in distiller.heads.indices { distiller.heads[i].scale = golden["head\(i).scale"]!.values }
        return distiller
    }

    @Test(arguments: [Pooling.average, .max])
    func lossAndGradientsOfAllParametersEqualPyTorchs(pooling: Pooling) throws {
        let golden = Self.golden(pooling)
        let result = try distiller(golden, pooling).gradient(on: golden["pixels"]!.values)
        let expected = Double(golden.metadata["loss"]!)!
        #expect(abs(result.losses.mean - expected) < 1e-5 * expected)
        var gradients: [String: [Float]] = [:]
        for (i, layer) in result.layers.enumerated() {
            gradients["layer\(i).weights"] = layer.weights
            gradients["layer\(i).gamma"] = layer.normalization.gamma
            gradients["layer\(i).beta"] = layer.normalization.beta
        }
        for (i, head) in result.heads.enumerated() {
            gradients["head\(i).weights"] = head.weights
            gradients["head\(i).bias"] = head.bias
        }
        #expect(gradients.count == golden.tensors.keys.count { $0.hasPrefix("gradient of ") })
        for (name, gradient) in gradients {
            let expected = try #require(golden["gradient of \(name)"]).values
            let scale = expected.reduce(0) { max($0, abs($1)) }
            let errors = zip(gradient, expected).map { abs($0 - $1) }
            // Single precision through five layers that normalise; the kinks of ReLUs are not met.
            let areClose = errors.allSatisfy { $0 < 1e-4 * scale }
            #expect(gradient.count == expected.count && areClose, "\(name): \((errors.max() ?? 0) / scale)")
        }
    }

    @Test(arguments: Pooling.allCases)
    func theGradientOfAWeightIsTheSlopeOfTheLoss(pooling: Pooling) throws {
        let golden = Self.golden(.average)
        let distiller = try distiller(golden, pooling)
        let pixels = golden["pixels"]!.values
        let gradient = distiller.gradient(on: pixels)
        for (layer, index) in [(0, 5), (1, 100), (2, 2000), (3, 77), (4, 900)] {
            func loss(_ step: Float) -> Double {
                var moved = distiller
                moved.network.layers[layer].weights.values[index] += step
                return moved.gradient(on: pixels).losses.mean
            }
            let step: Float = 1e-2
            let slope = (loss(step) - loss(-step)) / Double(2 * step)
            // Losses are good to 1e-6, and their second differences to the square of the step.
            #expect(abs(slope - Double(gradient.layers[layer].weights[index])) < 5e-4, "layer \(layer)")
        }
    }

    @Test func theNumberOfThreadsChangesNoBit() throws {
        let golden = Self.golden(.average)
        let distiller = try distiller(golden, .average)
        func run(_ threads: Int) -> Distiller.Gradient {
            Parallel.$threadCount.withValue(threads) { distiller.gradient(on: golden["pixels"]!.values) }
        }
        let (one, many) = (run(1), run(3))
        #expect(one.layers.map(\.weights) == many.layers.map(\.weights))
        #expect(one.heads.map(\.weights) == many.heads.map(\.weights))
        #expect(one.losses == many.losses)
    }
}
