import Kernels
import Numerics

/// A network whose weights are learned: 3x3 convolutions, each followed by batch normalisation and a ReLU, with pools
/// between blocks.
struct TrainableNetwork: Sendable {
    struct Layer: Sendable {
        /// [output][input][3][3]
        var weights: Parameter
        var gamma: Parameter
        var beta: Parameter
        /// Running averages of the batches' statistics, for the time when there is no batch.
        var running: BatchNormalization.Statistics

        var normalization: BatchNormalization {
            var normalization = BatchNormalization(channels: gamma.values.count)
            normalization.gamma = gamma.values
            normalization.beta = beta.values
            return normalization
        }
    }

    /// What is taken from a picture's red, green and blue before the first convolution, and what they are divided by.
    static let mean: [Float] = [0.485, 0.456, 0.406]
    static let deviation: Float = 0.25

    /// Three planes of each crop as the first convolution sees them.
    static func standardized(_ pixels: [Float], edge: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: pixels.count) { result, count in
            let plane = edge * edge
            for index in 0..<pixels.count / plane {
                let mean = mean[index % 3]
                for i in index * plane..<(index + 1) * plane { result[i] = (pixels[i] - mean) / deviation }
            }
            count = pixels.count
        }
    }

    let architecture: Architecture
    var layers: [Layer]

    /// Weights from a normal distribution of variance 2 / inputs (He et al. 2015, arXiv:1502.01852).
    init(_ architecture: Architecture, using generator: inout SplitMix64) {
        self.architecture = architecture
        layers = architecture.layers.map { layer in
            let deviation = (2 / Float(9 * layer.inputs)).squareRoot()
            let weights = (0..<layer.outputs * layer.inputs * 9).map { _ in
                // Of twelve uniform numbers, which is normal enough to begin with.
                deviation * ((0..<12).reduce(Float(0)) { sum, _ in sum + generator.nextUnit() } - 6)
            }
            return Layer(
                weights: Parameter(weights, decays: true),
                gamma: Parameter([Float](repeating: 1, count: layer.outputs), decays: false),
                beta: Parameter([Float](repeating: 0, count: layer.outputs), decays: false),
                running: .init(
                    mean: [Float](repeating: 0, count: layer.outputs),
                    variance: [Float](repeating: 1, count: layer.outputs)))
        }
    }
}
