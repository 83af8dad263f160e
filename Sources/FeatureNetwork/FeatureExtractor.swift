import Kernels

/// A network at one picture size, with memory for its activations and their gradients: the forward pass and its
/// backward.
///
/// Activations are kept only where something needs them. A layer that only feeds a pool leaves this and one bit a value,
/// and not even that when there is no way back.
public final class FeatureExtractor {
    /// What a network is run for.
    public enum Purpose: Sendable {
        /// Forward and backward, one picture at a time.
        case gradient
        /// Forward alone.
        case activations
        /// Forward alone, with the last layer's activations as they are before its ReLU.
        case preactivations
    }

    public let network: FeatureNetwork
    public let images: Int
    public let width: Int
    public let height: Int
    /// The layers whose activations are read.
    public let taps: Set<String>
    private let purpose: Purpose

    private struct Stage {
        let layer: FeatureNetwork.Layer
        let height: Int
        let width: Int
        let outputs: Convolution.Outputs
    }

    /// The gradients of what a stage keeps.
    private struct Gradients {
        let activation: FeatureMaps?
        let pool: FeatureMaps?
    }

    private var stages: [Stage] = []
    /// Made by the first backward pass; a style is only ever looked at.
    private lazy var gradients = makeGradients()
    private let padded: AlignedBuffer
    private let scratch = Scratch()

    /// - Parameters:
    ///   - images: pictures of that size at a time; more than one only without a way back.
    ///   - taps: names of layers, each of which the network has.
    ///   - reflectsBorder: whether convolutions find the picture mirrored beyond its border instead of what the network
    ///     pads with; only without a way back.
    public init(
        _ network: FeatureNetwork, images: Int = 1, width: Int, height: Int, taps: Set<String>,
        for purpose: Purpose = .gradient, reflectsBorder: Bool = false
    ) {
        let names = network.layerNames
        precondition(taps.isSubset(of: names), "taps name layers of the network")
        precondition(images == 1 && !reflectsBorder || purpose != .gradient, "there is no way back for that")
        self.network = network
        self.images = images
        self.purpose = purpose
        self.width = width
        self.height = height
        self.taps = taps
        padded = AlignedBuffer(images * InputConvolution.paddedCount(height: height, width: width))

        let layers = network.layers(upTo: taps)
        let pooling = network.pooling
        let hasWayBack = purpose == .gradient
        var (h, w) = (height, width)
        // Without a way back, what nobody reads is dead after the next layer: pieces of memory take turns. A layer that
        // is kept beside its own pool does not share the pool's.
        var turns: [Int: AlignedBuffer] = [:]
        func maps(
            _ layer: FeatureNetwork.Layer, at index: Int, height: Int, width: Int, isShared: Bool
        ) -> FeatureMaps {
            let shape = FeatureMaps.floatCount(images: images, channels: layer.channels, height: height, width: width)
            var buffer: AlignedBuffer?
            if !hasWayBack && isShared {
                if turns[index % 2].map({ $0.count < shape }) ?? true { turns[index % 2] = AlignedBuffer(shape) }
                buffer = turns[index % 2]
            }
            return FeatureMaps(
                images: images, channels: layer.channels, height: height, width: width, buffer: buffer)
        }
        for (i, layer) in layers.enumerated() {
            let isLast = i == layers.count - 1
            let isPooled = layer.isPooled && !isLast
            let isKept = i == 0 || isLast || !isPooled || pooling == .blur || taps.contains(layer.name)
            let isMasked = hasWayBack && isPooled && (!isKept || pooling == .max)
            let halfHeight = Pooling.side(of: h, roundedUp: network.roundsUp)
            let halfWidth = Pooling.side(of: w, roundedUp: network.roundsUp)
            let outputs = Convolution.Outputs(
                activation: isKept
                    ? maps(layer, at: i, height: h, width: w, isShared: !isPooled && !taps.contains(layer.name)) : nil,
                pool: isPooled ? maps(layer, at: i, height: halfHeight, width: halfWidth, isShared: true) : nil,
                pooling: pooling == .blur ? .average : pooling,
                mask: isMasked ? ReLUMask(channels: layer.channels, height: h, width: w, pooling: pooling) : nil)
            stages.append(
                Stage(layer: reflectsBorder ? layer.reflecting : layer, height: h, width: w, outputs: outputs))
            if isPooled { (h, w) = (halfHeight, halfWidth) }
        }
    }

    private func makeGradients() -> [Gradients] {
        // A layer's gradient is dead once the one below it is known, so that two of each kind take turns.
        let turns = (0..<2).map { turn in
            let outputs = stages.indices.filter { $0 % 2 == turn }.map { stages[$0].outputs }
            return (
                activation: AlignedBuffer(outputs.compactMap { $0.activation?.floatCount }.max() ?? 0),
                pool: AlignedBuffer(outputs.compactMap { $0.pool?.floatCount }.max() ?? 0)
            )
        }
        return stages.enumerated().map { i, stage in
            Gradients(
                activation: stage.outputs.activation.map { FeatureMaps(like: $0, buffer: turns[i % 2].activation) },
                pool: stage.outputs.pool.map { FeatureMaps(like: $0, buffer: turns[i % 2].pool) })
        }
    }

    /// Runs the network up to its last tap.
    ///
    /// - Parameter pixels: three planes of `height` rows of `width` values a picture.
    public func forward(_ pixels: [Float]) {
        let kernels = network.kernels
        var input: FeatureMaps?
        for (i, stage) in stages.enumerated() {
            let outputs = stage.outputs
            let isLinear = purpose == .preactivations && i == stages.count - 1
            switch stage.layer.convolution {
            case .input(let convolution):
                convolution.forward(
                    pixels, to: outputs.activation!, isLinear: isLinear, padded: padded, kernels: kernels)
                if let pool = outputs.pool {
                    switch network.pooling {
                    case .average: outputs.activation!.averagePool(to: pool, kernels: kernels)
                    case .max: outputs.activation!.maxPool(to: pool, mask: outputs.mask, kernels: kernels)
                    case .blur: outputs.activation!.blurPool(to: pool, kernels: kernels)
                    }
                }
            case .inner(let convolution) where network.pooling == .blur:
                convolution.forward(
                    input!, to: .init(activation: outputs.activation), isLinear: isLinear, scratch: scratch,
                    kernels: kernels)
                if let pool = outputs.pool { outputs.activation!.blurPool(to: pool, kernels: kernels) }
            case .inner(let convolution):
                convolution.forward(input!, to: outputs, isLinear: isLinear, scratch: scratch, kernels: kernels)
            }
            input = outputs.pool ?? outputs.activation
        }
    }

    /// The activations of a tap, as the last forward pass left them.
    public func activations(of tap: String) -> FeatureMaps {
        precondition(taps.contains(tap), "only taps are kept")
        return stages.first { $0.layer.name == tap }!.outputs.activation!
    }

    /// The moments of a tap's activations.
    public func moments(of tap: String) -> Moments {
        activations(of: tap).moments(kernels: network.kernels)
    }

    /// Back-propagates losses at the taps to the pixels, after a forward pass.
    ///
    /// - Parameters:
    ///   - losses: by tap.
    ///   - pixelGradient: three planes, to which the gradient is added.
    public func backward(_ losses: [String: LayerGradient], addingTo pixelGradient: inout [Float]) {
        precondition(purpose == .gradient && taps.isSuperset(of: losses.keys))
        guard let top = stages.lastIndex(where: { losses[$0.layer.name] != nil }) else { return }
        let kernels = network.kernels
        var upstream = UpstreamGradient.zero
        // Whether the convolution above left the whole gradient, its ReLU's mask applied.
        var isComplete = false
        for i in stride(from: top, through: 0, by: -1) {
            let (stage, gradient) = (stages[i], gradients[i])
            let loss = losses[stage.layer.name]
            if let activation = stage.outputs.activation, !isComplete {
                activation.backward(
                    loss ?? LayerGradient(), from: upstream, to: gradient.activation!, kernels: kernels)
            }
            switch stage.layer.convolution {
            case .input(let convolution):
                convolution.backward(gradient.activation!, addingTo: &pixelGradient, padded: padded, kernels: kernels)
            case .inner(let convolution):
                let (below, gradientBelow) = (stages[i - 1], gradients[i - 1])
                let target = gradientBelow.pool ?? gradientBelow.activation!
                isComplete = gradientBelow.pool == nil && losses[below.layer.name] == nil
                convolution.backward(
                    gradient.activation ?? gradient.pool!,
                    unpooledBy: gradient.activation == nil ? stage.outputs.mask : nil, to: target,
                    maskedBy: isComplete ? below.outputs.activation : nil, scratch: scratch, kernels: kernels)
                switch network.pooling {
                case _ where gradientBelow.pool == nil:
                    upstream = .accumulated
                case .average:
                    target.prepareForUnpooling(height: below.height, width: below.width)
                    upstream = .pooled(target)
                case .max:
                    upstream = .pooled(target, by: below.outputs.mask)
                case .blur:
                    target.blurPoolGradient(to: gradientBelow.activation!, kernels: kernels)
                    upstream = .accumulated
                }
            }
        }
    }
}
