import Kernels

/// Memory for a batch of crops on its way through a network and back.
final class TrainingPass {
    struct LayerGradient {
        var weights: [Float]
        var normalization: BatchNormalization.ParameterGradient
    }

    private struct Stage {
        let layer: Architecture.Layer
        /// Before normalisation, and after the ReLU.
        let z: FeatureMaps
        let activation: FeatureMaps
        /// What the next layer sees, when a pool stands between.
        let pool: FeatureMaps?
        /// Of a pool of maxima.
        let mask: ReLUMask?
        /// With respect to the activation: that of its own loss, which is set from without, and that of all above.
        let ownGradient: FeatureMaps
        let gradient: FeatureMaps
        let poolGradient: FeatureMaps?
        let zGradient: FeatureMaps
    }

    private let images: Int
    private let edge: Int
    private let pooling: Pooling
    private let stages: [Stage]
    private let padded: AlignedBuffer
    let scratch = Scratch()
    private let kernels: KernelSet
    private var statistics: [BatchNormalization.Statistics] = []
    private var convolutions: [Convolution] = []

    /// - Parameter edge: of the crops, a multiple of the architecture's `cropMultiple`.
    init(_ architecture: Architecture, pooling: Pooling, images: Int, edge: Int, kernels: KernelSet = .best) {
        precondition(edge % architecture.cropMultiple == 0)
        (self.images, self.edge, self.pooling, self.kernels) = (images, edge, pooling, kernels)
        padded = AlignedBuffer(images * InputConvolution.paddedCount(height: edge, width: edge))
        func maps(_ channels: Int, _ side: Int) -> FeatureMaps {
            FeatureMaps(images: images, channels: channels, height: side, width: side)
        }
        var side = edge
        let shapes = architecture.layers.map { layer in
            defer { if layer.isPooled { side /= 2 } }
            return (layer, z: maps(layer.outputs, side), pool: layer.isPooled ? maps(layer.outputs, side / 2) : nil)
        }
        // A layer's gradients are dead when those of the one below are known.
        let largest = shapes.map(\.z.floatCount).max()!
        let (above, unpooled, below) = (AlignedBuffer(largest), AlignedBuffer(largest), AlignedBuffer(largest))
        stages = shapes.map { layer, z, pool in
            Stage(
                layer: layer, z: z, activation: FeatureMaps(like: z), pool: pool,
                mask: pool != nil && pooling == .max
                    ? ReLUMask(channels: z.channels, height: images * z.height, width: z.width, pooling: .max) : nil,
                ownGradient: FeatureMaps(like: z),
                gradient: FeatureMaps(like: z, buffer: pool == nil ? above : unpooled),
                poolGradient: pool.map { FeatureMaps(like: $0, buffer: above) },
                zGradient: FeatureMaps(like: z, buffer: below))
        }
    }

    /// Runs the network.
    ///
    /// - Parameters:
    ///   - pixels: three planes of each crop, standardised.
    ///   - count: of layers to run; by default all.
    ///   - usesRunning: whether to normalise by the running statistics instead of the batch's.
    /// - Returns: the statistics of every layer.
    @discardableResult
    func forward(
        _ network: TrainableNetwork, _ pixels: [Float], layers count: Int? = nil, usesRunning: Bool = false
    ) -> [BatchNormalization.Statistics] {
        precondition(pixels.count == images * 3 * edge * edge)
        statistics = []
        convolutions = []
        for (i, stage) in stages.prefix(count ?? stages.count).enumerated() {
            let (layer, shape) = (network.layers[i], stage.layer)
            let noBias = [Float](repeating: 0, count: shape.outputs)
            if i == 0 {
                InputConvolution(outputs: shape.outputs, weights: layer.weights.values, bias: noBias).forward(
                    pixels, to: stage.z, isLinear: true, padded: padded, kernels: kernels)
            } else {
                let convolution = Convolution(
                    inputs: shape.inputs, outputs: shape.outputs, weights: layer.weights.values, bias: noBias)
                convolution.forward(
                    output(of: i - 1), to: .init(activation: stage.z), isLinear: true, scratch: scratch,
                    kernels: kernels)
                convolutions.append(convolution)
            }
            statistics.append(
                layer.normalization.forward(
                    stage.z, to: stage.activation, with: usesRunning ? layer.running : nil, kernels: kernels))
            guard let pool = stage.pool else { continue }
            switch pooling {
            case .average: stage.activation.averagePool(to: pool, kernels: kernels)
            case .max: stage.activation.stacked.maxPool(to: pool.stacked, mask: stage.mask, kernels: kernels)
            case .blur: stage.activation.blurPool(to: pool, kernels: kernels)
            }
        }
        return statistics
    }

    /// A layer's activations, before any pool, as the last forward pass left them.
    func activations(ofLayer index: Int) -> FeatureMaps { stages[index].activation }

    /// What the next layer sees.
    func output(of index: Int) -> FeatureMaps { stages[index].pool ?? stages[index].activation }

    /// Where the gradient of a layer's own loss with respect to its activations goes, for `backward` to find.
    func gradient(ofLayer index: Int) -> FeatureMaps { stages[index].ownGradient }

    /// Back-propagates the losses of all layers to all weights, after a forward pass with the batch's statistics.
    func backward(_ network: TrainableNetwork) -> [LayerGradient] {
        var gradients: [LayerGradient] = []
        for i in stages.indices.reversed() {
            let stage = stages[i]
            unpool(stage)
            let normalization = network.layers[i].normalization.backward(
                stage.ownGradient, i == stages.count - 1 ? nil : stage.gradient, input: stage.z,
                statistics: statistics[i], to: stage.zGradient, kernels: kernels)
            let weights: [Float]
            if i == 0 {
                weights = InputConvolution.weightGradient(
                    padded: padded, gradient: stage.zGradient, kernels: kernels)
            } else {
                let below = stages[i - 1]
                weights = Convolution.weightGradient(
                    input: output(of: i - 1), gradient: stage.zGradient, scratch: scratch, kernels: kernels)
                convolutions[i - 1].backward(
                    stage.zGradient, to: below.poolGradient ?? below.gradient, scratch: scratch, kernels: kernels)
            }
            gradients.append(LayerGradient(weights: weights, normalization: normalization))
        }
        return gradients.reversed()
    }

    private func unpool(_ stage: Stage) {
        guard let poolGradient = stage.poolGradient else { return }
        switch pooling {
        case .average, .max:
            stage.activation.stacked.backward(
                .init(), from: .pooled(poolGradient.stacked, by: stage.mask), to: stage.gradient.stacked,
                kernels: kernels)
        case .blur: poolGradient.blurPoolGradient(to: stage.gradient, kernels: kernels)
        }
    }
}
