import Kernels
import Safetensors

/// A plain VGG-like network (Simonyan and Zisserman 2014): 3x3 convolutions, each followed by a ReLU, and pools that
/// halve.
///
/// It takes RGB in 0...1. `relu3_1` is what comes out of `conv3_1` and its ReLU.
public struct FeatureNetwork: Sendable {
    struct Layer: Sendable {
        /// Of its activations: `relu1_1`.
        let name: String
        let convolution: Kind
        /// Whether a pool stands between this layer and the next.
        var isPooled = false

        enum Kind: Sendable {
            case input(InputConvolution)
            case inner(Convolution)
        }

        var inputs: Int {
            switch convolution {
            case .input: 3
            case .inner(let convolution): convolution.inputs
            }
        }

        var channels: Int {
            switch convolution {
            case .input(let convolution): convolution.outputs
            case .inner(let convolution): convolution.outputs
            }
        }

        /// The same with a reflected border.
        var reflecting: Layer {
            switch convolution {
            case .input(var convolution):
                convolution.isReflected = true
                return Layer(name: name, convolution: .input(convolution), isPooled: isPooled)
            case .inner(var convolution):
                convolution.padding = .reflect
                return Layer(name: name, convolution: .inner(convolution), isPooled: isPooled)
            }
        }
    }

    let layers: [Layer]
    public let pooling: Pooling
    /// Whether pools round odd sides up.
    let roundsUp: Bool
    public let kernels: KernelSet
    /// 16 hexadecimal digits that stand for the architecture and the weights: what is learned for one network says so.
    public let digest: String

    /// The names of the activations, from the picture up.
    public var layerNames: [String] { layers.map(\.name) }

    /// The layers that are run to know those of `taps`.
    func layers(upTo taps: Set<String>) -> ArraySlice<Layer> {
        layers.prefix(1 + (layers.lastIndex { taps.contains($0.name) } ?? -1))
    }

    /// About how many bytes the activations up to `taps` and their gradients take for each pixel of a picture.
    public func bytesPerPixel(upTo taps: Set<String>) -> Double {
        var (share, total) = (1.0, 0.0)
        for layer in layers(upTo: taps) {
            total += share * Double(layer.channels * MemoryLayout<Float>.stride)
            if layer.isPooled { share /= 4 }
        }
        return 1.25 * total  // pools, and the gradients of two layers at a time
    }

    /// How many bytes the weights up to `taps` take, transformed for both directions.
    public func bytesOfWeights(upTo taps: Set<String>) -> Double {
        layers(upTo: taps).reduce(0) { $0 + 2 * 36 * Double($1.inputs * $1.channels * MemoryLayout<Float>.stride) }
    }

    /// How many channels a layer has.
    public func channels(of name: String) -> Int? { layers.first { $0.name == name }?.channels }

    /// Reads a network from the bytes of a safetensors file, in one of two formats.
    ///
    /// * Of this project: its metadata hold the `architecture` (`conv1_1 conv1_2 pool conv2_1 ...`) and, optionally, the
    ///   `padding` (`replicate`, the default, or `zeros`) and the `pool` (`average`, the default, `max` or `blur`); its
    ///   tensors are `conv1_1.weight` [outputs, inputs, 3, 3] and `conv1_1.bias` [outputs].
    /// * The state dictionary of a VGG-16 or VGG-19 of torchvision: `features.0.weight`, ... Whatever is named otherwise
    ///   is left out. Pictures are standardised as for ImageNet, within the first convolution.
    ///
    /// - Parameter pooling: instead of the network's own.
    /// - Throws: `SafetensorsError` or `FeatureNetworkError`.
    public init(safetensors bytes: [UInt8], pooling: Pooling? = nil, kernels: KernelSet = .best) throws {
        try self.init(SafetensorsFile(bytes: bytes), pooling: pooling, kernels: kernels)
    }

    /// - Throws: `FeatureNetworkError`.
    public init(_ file: SafetensorsFile, pooling: Pooling? = nil, kernels: KernelSet = .best) throws {
        var description = try NetworkDescription(file)
        if let pooling { description.pooling = pooling }
        var layers: [Layer] = []
        var inputs = 3
        var convolutions: Set<String> = []
        for part in description.architecture.split(separator: " ").map(String.init) {
            if part == "pool" {
                guard let last = layers.last, !last.isPooled else { throw FeatureNetworkError.startsWithPool }
                layers[layers.count - 1].isPooled = true
                continue
            }
            guard part.hasPrefix("conv"), part.count > 4 else { throw FeatureNetworkError.unknownPart(part) }
            guard convolutions.insert(part).inserted else { throw FeatureNetworkError.repeatedPart(part) }
            let weightsName = description.weights(of: part)
            let weights = try Self.tensor(weightsName, of: file)
            guard weights.shape.count == 4, weights.shape[0] > 0, Array(weights.shape[1...]) == [inputs, 3, 3] else {
                throw FeatureNetworkError.wrongShape(
                    tensor: weightsName, found: weights.shape, expected: "[outputs, \(inputs), 3, 3]")
            }
            let outputs = weights.shape[0]
            let bias = try Self.tensor(description.bias(of: part), of: file)
            guard bias.shape == [outputs] else {
                throw FeatureNetworkError.wrongShape(
                    tensor: description.bias(of: part), found: bias.shape, expected: "[\(outputs)]")
            }
            let convolution: Layer.Kind =
                layers.isEmpty
                ? .input(Self.inputConvolution(weights: weights.values, bias: bias.values, description))
                : .inner(
                    Convolution(
                        inputs: inputs, outputs: outputs, weights: weights.values, bias: bias.values,
                        padding: description.padding))
            layers.append(Layer(name: "relu" + part.dropFirst(4), convolution: convolution))
            inputs = outputs
        }
        guard !layers.isEmpty else { throw FeatureNetworkError.startsWithPool }
        self.layers = layers
        self.pooling = description.pooling
        roundsUp = description.roundsUp
        self.kernels = kernels
        let isTorchvision = !description.tensorNames.isEmpty
        digest = Digest.of(
            description.words, isTorchvision ? file.tensors.filter { $0.key.hasPrefix("features.") } : file.tensors)
    }

    /// The first convolution, of (x - mean) / deviation made one of x.
    ///
    /// Zeros beyond the border of (x - mean) / deviation are the mean beyond that of x, so that this is exact.
    private static func inputConvolution(
        weights: [Float], bias: [Float], _ description: NetworkDescription
    ) -> InputConvolution {
        var (weights, shifted) = (weights, bias.map(Double.init))
        for i in weights.indices {
            let (output, channel) = (i / 27, i % 27 / 9)
            let weight = Double(weights[i]) / description.deviation[channel]
            weights[i] = Float(weight)
            shifted[output] -= weight * description.mean[channel]
        }
        return InputConvolution(
            outputs: bias.count, weights: weights, bias: shifted.map { Float($0) },
            surroundings: description.padding == .zeros ? description.mean.map { Float($0) } : nil)
    }

    private static func tensor(_ name: String, of file: SafetensorsFile) throws -> SafetensorsFile.Tensor {
        guard let tensor = file[name] else { throw FeatureNetworkError.missingTensor(name) }
        guard tensor.values.allSatisfy(\.isFinite) else { throw FeatureNetworkError.notFinite(tensor: name) }
        return tensor
    }
}
