import Kernels

/// A network at one picture size, with memory for its activations and their gradients: the forward pass and its
/// backward.
///
/// Activations are kept only where something needs them. A layer that only feeds a pool leaves its average and one bit
/// a value.
public final class FeatureExtractor {
    public let network: FeatureNetwork
    public let width: Int
    public let height: Int
    /// The layers whose activations are read.
    public let taps: Set<String>

    private struct Stage {
        let layer: FeatureNetwork.Layer
        let height: Int
        let width: Int
        let outputs: Convolution.Outputs
        /// The gradient with respect to the activations, when they are kept.
        let gradient: FeatureMaps?
        /// The gradient with respect to their average, when a pool follows.
        let poolGradient: FeatureMaps?
    }

    private var stages: [Stage] = []
    private let padded: AlignedBuffer
    private let scratch = Scratch()

    /// - Parameter taps: names of layers, each of which the network has.
    public init(_ network: FeatureNetwork, width: Int, height: Int, taps: Set<String>) {
        let names = network.layerNames
        precondition(taps.isSubset(of: names), "taps name layers of the network")
        self.network = network
        self.width = width
        self.height = height
        self.taps = taps
        padded = AlignedBuffer(ImageEndConvolution.paddedCount(height: height, width: width))

        let depth = (names.lastIndex { taps.contains($0) } ?? -1) + 1
        var shapes: [(channels: Int, height: Int, width: Int)] = []
        var (h, w) = (height, width)
        for layer in network.layers.prefix(depth) {
            shapes.append((layer.channels, h, w))
            if layer.isPooled { (h, w) = ((h + 1) / 2, (w + 1) / 2) }
        }
        // A layer's gradient is dead once the one below it is known, so that two of each kind take turns.
        let counts = shapes.map { FeatureMaps.floatCount(channels: $0.channels, height: $0.height, width: $0.width) }
        let pooledCounts = shapes.map {
            FeatureMaps.floatCount(channels: $0.channels, height: ($0.height + 1) / 2, width: ($0.width + 1) / 2)
        }
        func keeps(_ i: Int) -> Bool {
            i == 0 || i == depth - 1 || !network.layers[i].isPooled || taps.contains(names[i])
        }
        func pools(_ i: Int) -> Bool { i < depth - 1 && network.layers[i].isPooled }
        let turns = (0..<2).map { turn in
            let mine = (0..<depth).filter { $0 % 2 == turn }
            return (
                gradient: AlignedBuffer(mine.filter(keeps).map { counts[$0] }.max() ?? 0),
                pooled: AlignedBuffer(mine.filter(pools).map { pooledCounts[$0] }.max() ?? 0)
            )
        }
        for (i, shape) in shapes.enumerated() {
            func maps(buffer: AlignedBuffer? = nil) -> FeatureMaps {
                FeatureMaps(channels: shape.channels, height: shape.height, width: shape.width, buffer: buffer)
            }
            func halved(buffer: AlignedBuffer? = nil) -> FeatureMaps {
                FeatureMaps(
                    channels: shape.channels, height: (shape.height + 1) / 2, width: (shape.width + 1) / 2,
                    buffer: buffer)
            }
            stages.append(
                Stage(
                    layer: network.layers[i], height: shape.height, width: shape.width,
                    outputs: Convolution.Outputs(
                        activation: keeps(i) ? maps() : nil, pool: pools(i) ? halved() : nil,
                        mask: keeps(i)
                            ? nil : ReLUMask(channels: shape.channels, height: shape.height, width: shape.width)),
                    gradient: keeps(i) ? maps(buffer: turns[i % 2].gradient) : nil,
                    poolGradient: pools(i) ? halved(buffer: turns[i % 2].pooled) : nil))
        }
    }

    /// Runs the network up to its last tap.
    ///
    /// - Parameter pixels: three planes of `height` rows of `width` values.
    public func forward(_ pixels: UnsafePointer<Float>) {
        var input: FeatureMaps?
        for stage in stages {
            switch stage.layer.convolution {
            case .imageEnd(let convolution):
                convolution.forward(
                    pixels, to: stage.outputs.activation!, padded: padded, kernels: network.kernels)
                if let pool = stage.outputs.pool {
                    stage.outputs.activation!.averagePool(to: pool, kernels: network.kernels)
                }
            case .inner(let convolution):
                convolution.forward(input!, to: stage.outputs, scratch: scratch, kernels: network.kernels)
            }
            input = stage.outputs.pool ?? stage.outputs.activation
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
    public func backward(_ losses: [String: LayerGradient], addingTo pixelGradient: UnsafeMutablePointer<Float>) {
        precondition(taps.isSuperset(of: losses.keys))
        guard let top = stages.lastIndex(where: { losses[$0.layer.name] != nil }) else { return }
        let kernels = network.kernels
        var upstream = UpstreamGradient.zero
        for i in stride(from: top, through: 0, by: -1) {
            let stage = stages[i]
            let loss = losses[stage.layer.name]
            if let activation = stage.outputs.activation {
                // A dense gradient without a loss of its own was masked by the convolution that wrote it.
                switch upstream {
                case .accumulated where loss == nil: break
                default:
                    activation.backward(loss ?? LayerGradient(), from: upstream, to: stage.gradient!, kernels: kernels)
                }
            }
            switch stage.layer.convolution {
            case .imageEnd(let convolution):
                convolution.backward(stage.gradient!, addingTo: pixelGradient, padded: padded, kernels: kernels)
            case .inner(let convolution):
                let below = stages[i - 1]
                let target = below.poolGradient ?? below.gradient!
                let isMasked = below.poolGradient == nil && losses[below.layer.name] == nil
                convolution.backward(
                    stage.gradient ?? stage.poolGradient!, unpooledBy: stage.outputs.mask, to: target,
                    maskedBy: isMasked ? below.outputs.activation : nil, scratch: scratch, kernels: kernels)
                if below.poolGradient != nil {
                    target.prepareForUnpooling(height: below.height, width: below.width)
                    upstream = .pooled(target)
                } else {
                    upstream = .accumulated
                }
            }
        }
    }
}
