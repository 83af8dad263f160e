import Kernels

/// A network whose weights are learned: 3x3 convolutions, each followed by batch normalisation and a ReLU, with 2x2
/// average pools between blocks.
struct TrainableNetwork: Sendable {
    struct Layer: Sendable {
        /// [output][input][3][3]
        var weights: Parameter
        var gamma: Parameter
        var beta: Parameter
        /// Running averages of the batches' statistics, for the time when there is no batch.
        var runningMean: [Float]
        var runningVariance: [Float]
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
                runningMean: [Float](repeating: 0, count: layer.outputs),
                runningVariance: [Float](repeating: 1, count: layer.outputs))
        }
    }
}

/// Memory for a batch of crops on its way through a network and back.
final class TrainingPass {
    struct LayerGradient {
        var weights: [Float]
        var normalization: BatchNormalization.ParameterGradient
    }

    private struct Stage {
        let layer: Architecture.Layer
        /// Before normalisation, and what the next layer sees.
        let z: FeatureMaps
        let output: FeatureMaps
        let outputGradient: FeatureMaps
        let zGradient: FeatureMaps
    }

    private let images: Int
    private let edge: Int
    private let stages: [Stage]
    private let padded: AlignedBuffer
    private let scratch = Scratch()
    private let kernels: KernelSet
    private var statistics: [BatchNormalization.Statistics] = []
    private var convolutions: [Convolution] = []

    /// - Parameter edge: of the crops, a multiple of the architecture's `cropMultiple`.
    init(_ architecture: Architecture, images: Int, edge: Int, kernels: KernelSet = .best) {
        precondition(edge % architecture.cropMultiple == 0)
        (self.images, self.edge, self.kernels) = (images, edge, kernels)
        padded = AlignedBuffer(images * ImageEndConvolution.paddedCount(height: edge, width: edge))
        var side = edge
        let shapes = architecture.layers.map { layer in
            let z = FeatureMaps(images: images, channels: layer.outputs, height: side, width: side)
            if layer.isPooled { side /= 2 }
            return (layer, z, FeatureMaps(images: images, channels: layer.outputs, height: side, width: side))
        }
        // One gradient is dead when the next is known: two pieces of memory do.
        let outputMemory = AlignedBuffer(shapes.map(\.2.floatCount).max()!)
        let zMemory = AlignedBuffer(shapes.map(\.1.floatCount).max()!)
        stages = shapes.map { layer, z, output in
            Stage(
                layer: layer, z: z, output: output, outputGradient: FeatureMaps(like: output, buffer: outputMemory),
                zGradient: FeatureMaps(like: z, buffer: zMemory))
        }
    }

    /// Runs the network.
    ///
    /// - Parameter pixels: three planes of each crop, about 0 in the mean and 1 in the deviation.
    /// - Returns: the statistics of every layer.
    func forward(_ network: TrainableNetwork, _ pixels: [Float]) -> [BatchNormalization.Statistics] {
        precondition(pixels.count == images * 3 * edge * edge)
        statistics = []
        convolutions = []
        for (i, stage) in stages.enumerated() {
            let (layer, shape) = (network.layers[i], stage.layer)
            let noBias = [Float](repeating: 0, count: shape.outputs)
            if i == 0 {
                ImageEndConvolution(outputs: shape.outputs, weights: layer.weights.values, bias: noBias).forward(
                    pixels, to: stage.z, isLinear: true, padded: padded, kernels: kernels)
            } else {
                let convolution = Convolution(
                    inputs: shape.inputs, outputs: shape.outputs, weights: layer.weights.values, bias: noBias)
                convolution.forward(
                    stages[i - 1].output, to: .init(activation: stage.z), isLinear: true, scratch: scratch,
                    kernels: kernels)
                convolutions.append(convolution)
            }
            statistics.append(layer.normalization.forward(stage.z, to: stage.output, kernels: kernels))
        }
        return statistics
    }

    /// The pixels of a picture at a layer, before any pool.
    func pixelCount(ofLayer index: Int) -> Int { stages[index].z.height * stages[index].z.width }

    /// Back-propagates functions of the statistics of layers to all weights, after a forward pass.
    ///
    /// - Parameter losses: by layer.
    func backward(
        _ network: TrainableNetwork, _ losses: [Int: BatchNormalization.StatisticsGradient]
    ) -> [LayerGradient] {
        var gradients: [LayerGradient] = []
        for i in stages.indices.reversed() {
            let stage = stages[i]
            let normalization = network.layers[i].normalization.backward(
                i == stages.count - 1 ? nil : stage.outputGradient, losses[i], input: stage.z,
                statistics: statistics[i], to: stage.zGradient, kernels: kernels)
            let weights: [Float]
            if i == 0 {
                weights = ImageEndConvolution.weightGradient(
                    padded: padded, gradient: stage.zGradient, kernels: kernels)
            } else {
                let below = stages[i - 1]
                weights = Convolution.weightGradient(
                    input: below.output, gradient: stage.zGradient, scratch: scratch, kernels: kernels)
                convolutions[i - 1].backward(
                    stage.zGradient, to: below.outputGradient, scratch: scratch, kernels: kernels)
            }
            gradients.append(LayerGradient(weights: weights, normalization: normalization))
        }
        return gradients.reversed()
    }
}

extension TrainableNetwork.Layer {
    fileprivate var normalization: BatchNormalization {
        var normalization = BatchNormalization(channels: gamma.values.count)
        normalization.gamma = gamma.values
        normalization.beta = beta.values
        return normalization
    }
}
