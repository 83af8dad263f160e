import Kernels
import Safetensors

/// A plain VGG-like network (Simonyan and Zisserman 2014): 3x3 convolutions, each followed by a ReLU, and 2x2 average
/// pools.
///
/// It takes RGB in 0...1 and pads by replicating the border. `relu3_1` is what comes out of `conv3_1` and its ReLU.
public struct FeatureNetwork: Sendable {
    struct Layer: Sendable {
        /// Of its activations: `relu1_1`.
        let name: String
        let convolution: Kind
        /// Whether a pool stands between this layer and the next.
        var isPooled = false

        enum Kind: Sendable {
            case imageEnd(ImageEndConvolution)
            case inner(Convolution)
        }

        var channels: Int {
            switch convolution {
            case .imageEnd(let convolution): convolution.outputs
            case .inner(let convolution): convolution.outputs
            }
        }
    }

    let layers: [Layer]
    public let kernels: KernelSet
    /// 16 hexadecimal digits that stand for the architecture and the weights: what is learned for one network says so.
    public let digest: String

    /// The names of the activations, from the picture up.
    public var layerNames: [String] { layers.map(\.name) }

    /// About how many bytes activations and their gradients take for each pixel of a picture.
    public var bytesPerPixel: Double {
        var (share, total) = (1.0, 0.0)
        for layer in layers {
            total += share * Double(layer.channels * MemoryLayout<Float>.stride)
            if layer.isPooled { share /= 4 }
        }
        return 1.25 * total  // pools, and the gradients of two layers at a time
    }

    /// Reads a network from the bytes of a safetensors file.
    ///
    /// Its metadata hold the `architecture` (`conv1_1 conv1_2 pool conv2_1 ...`), its tensors `conv1_1.weight`
    /// [outputs, inputs, 3, 3] and `conv1_1.bias` [outputs].
    /// - Throws: `SafetensorsError` or `FeatureNetworkError`.
    public init(safetensors bytes: [UInt8], kernels: KernelSet = .best) throws {
        try self.init(SafetensorsFile(bytes: bytes), kernels: kernels)
    }

    /// - Throws: `FeatureNetworkError`.
    public init(_ file: SafetensorsFile, kernels: KernelSet = .best) throws {
        guard let architecture = file.metadata["architecture"], !architecture.isEmpty else {
            throw FeatureNetworkError.noArchitecture
        }
        var layers: [Layer] = []
        var inputs = 3
        for part in architecture.split(separator: " ").map(String.init) {
            if part == "pool" {
                guard let last = layers.last, !last.isPooled else { throw FeatureNetworkError.startsWithPool }
                layers[layers.count - 1].isPooled = true
                continue
            }
            guard part.hasPrefix("conv"), part.count > 4 else { throw FeatureNetworkError.unknownPart(part) }
            let weights = try Self.tensor("\(part).weight", of: file)
            guard weights.shape.count == 4, weights.shape[0] > 0, Array(weights.shape[1...]) == [inputs, 3, 3] else {
                throw FeatureNetworkError.wrongShape(
                    tensor: "\(part).weight", found: weights.shape, expected: "[outputs, \(inputs), 3, 3]")
            }
            let outputs = weights.shape[0]
            let bias = try Self.tensor("\(part).bias", of: file)
            guard bias.shape == [outputs] else {
                throw FeatureNetworkError.wrongShape(
                    tensor: "\(part).bias", found: bias.shape, expected: "[\(outputs)]")
            }
            let convolution: Layer.Kind =
                layers.isEmpty
                ? .imageEnd(ImageEndConvolution(outputs: outputs, weights: weights.values, bias: bias.values))
                : .inner(
                    Convolution(inputs: inputs, outputs: outputs, weights: weights.values, bias: bias.values))
            layers.append(Layer(name: "relu" + part.dropFirst(4), convolution: convolution))
            inputs = outputs
        }
        guard !layers.isEmpty else { throw FeatureNetworkError.startsWithPool }
        self.layers = layers
        self.kernels = kernels
        digest = Digest.of(file)
    }

    private static func tensor(_ name: String, of file: SafetensorsFile) throws -> SafetensorsFile.Tensor {
        guard let tensor = file[name] else { throw FeatureNetworkError.missingTensor(name) }
        guard tensor.values.allSatisfy(\.isFinite) else { throw FeatureNetworkError.notFinite(tensor: name) }
        return tensor
    }
}
