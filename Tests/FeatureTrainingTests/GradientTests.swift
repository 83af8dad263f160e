import Foundation
import Kernels
import Safetensors
import Testing

@testable import FeatureTraining

@Suite struct GradientTests {
    /// One batch and what PyTorch in float64 says of it: see Goldens/make_goldens.py.
    private static let golden: SafetensorsFile = {
        let path = Bundle.module.url(
            forResource: "step", withExtension: "safetensors", subdirectory: "Goldens")!.path
        return try! SafetensorsFile(path: path)
    }()

    private func trainer() -> FeatureTrainer {
        var settings = FeatureTrainer.Settings()
        settings.architecture = Architecture("16,20/24,33/32")!
        settings.batch = 3
        settings.edge = 12
        settings.labelSmoothing = Float(Self.golden.metadata["smoothing"]!)!
        var trainer = FeatureTrainer(settings, classCount: 5)
        trainer.forEachParameter { name, parameter in parameter.values = Self.golden[name]!.values }
        return trainer
    }

    private func batch() throws -> CropSampler.Batch {
        let labels = try JSONDecoder().decode([Int].self, from: Data(Self.golden.metadata["labels"]!.utf8))
        return CropSampler.Batch(pixels: Self.golden["pixels"]!.values, labels: labels)
    }

    @Test func lossAndGradientsOfAllParametersEqualPyTorchs() throws {
        let result = trainer().gradient(on: try batch())
        let expected = Double(Self.golden.metadata["loss"]!)!
        #expect(abs(result.report.loss - expected) < 1e-5 * expected)
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
        #expect(gradients.count == Self.golden.tensors.keys.count { $0.hasPrefix("gradient of ") })
        for (name, gradient) in gradients {
            let expected = try #require(Self.golden["gradient of \(name)"]).values
            let scale = expected.reduce(0) { max($0, abs($1)) }
            let errors = zip(gradient, expected).map { abs($0 - $1) }
            // Single precision through seven layers of which two normalise; the kinks of ReLUs are not met.
            let areClose = errors.allSatisfy { $0 < 1e-4 * scale }
            #expect(gradient.count == expected.count && areClose, "\(name): \((errors.max() ?? 0) / scale)")
        }
    }

    @Test func theGradientOfAWeightIsTheSlopeOfTheLoss() throws {
        let trainer = trainer()
        let batch = try batch()
        let gradient = trainer.gradient(on: batch)
        for (layer, index) in [(0, 5), (1, 100), (2, 2000), (3, 77), (4, 9000)] {
            func loss(_ step: Float) -> Double {
                var moved = trainer
                moved.network.layers[layer].weights.values[index] += step
                return moved.gradient(on: batch).report.loss
            }
            let step: Float = 1e-2
            let slope = (loss(step) - loss(-step)) / Double(2 * step)
            // Losses are good to 1e-6, and their second differences to the square of the step.
            #expect(abs(slope - Double(gradient.layers[layer].weights[index])) < 1e-3, "layer \(layer)")
        }
    }

    @Test func theNumberOfThreadsChangesNoBit() throws {
        let (trainer, batch) = (trainer(), try batch())
        func run(_ threads: Int) -> FeatureTrainer.Gradient {
            Parallel.$threadCount.withValue(threads) { trainer.gradient(on: batch) }
        }
        let (one, many) = (run(1), run(3))
        #expect(one.layers.map(\.weights) == many.layers.map(\.weights))
        #expect(one.heads.map(\.weights) == many.heads.map(\.weights))
        #expect(one.report.loss == many.report.loss)
    }
}
