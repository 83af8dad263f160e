import FeatureNetwork
import Imaging
import Kernels
import Safetensors

extension Distiller {
    /// So many pictures, of at most that edge, say enough of the activations.
    private static let (pictureCount, pictureEdge) = (64, 256)

    /// The network as it is used, with activations measured on some of the pictures that it was trained on.
    ///
    /// - Parameter read: gives a picture; those that it cannot give are left out, as long as there is another.
    /// - Throws: what `read` throws, or `FeatureNetworkError`.
    public func folded(paths: [String], read: (String) throws -> Picture) throws -> SafetensorsFile {
        let paths = stride(from: 0, to: paths.count, by: max(1, paths.count / Self.pictureCount)).map { paths[$0] }
        // What has gone in the meantime is not worth the training.
        var pictures = paths.compactMap { try? read($0) }
        if pictures.isEmpty { pictures = [try read(paths[0])] }
        return try folded(pictures: pictures.map { $0.shrunk(toLongestEdge: Self.pictureEdge) })
    }

    /// The network as it is used: batch normalisation and the normalisation of the input folded into the convolutions,
    /// each layer scaled to a mean activation of 1.
    ///
    /// - Parameter pictures: what the activations are measured on.
    /// - Throws: `FeatureNetworkError` when training has led to values that are not numbers.
    public func folded(pictures: [Picture]) throws -> SafetensorsFile {
        var file = SafetensorsFile(
            tensors: [:],
            metadata: ["architecture": settings.architecture.fileDescription, "pool": settings.pooling.rawValue])
        let shapes = settings.architecture.layers
        for (i, layer) in network.layers.enumerated() {
            let (inputs, outputs) = (shapes[i].inputs, shapes[i].outputs)
            var weights = layer.weights.values
            var bias = layer.beta.values
            for o in 0..<outputs {
                let scale =
                    layer.gamma.values[o] / (layer.running.variance[o] + BatchNormalization.epsilon).squareRoot()
                bias[o] -= scale * layer.running.mean[o]
                for k in 0..<inputs * 9 { weights[o * inputs * 9 + k] *= scale }
                guard i == 0 else { continue }
                for k in 0..<27 {
                    weights[o * 27 + k] /= TrainableNetwork.deviation
                    bias[o] -= weights[o * 27 + k] * TrainableNetwork.mean[k / 9]
                }
            }
            file["\(shapes[i].name).weight"] = .init(shape: [outputs, inputs, 3, 3], values: weights)
            file["\(shapes[i].name).bias"] = .init(shape: [outputs], values: bias)
        }
        return try Self.rescaled(file, shapes.map(\.name), pictures)
    }

    /// ReLU networks allow it: a layer's outputs are divided by their mean, the next layer's inputs multiplied by it.
    private static func rescaled(
        _ file: SafetensorsFile, _ names: [String], _ pictures: [Picture]
    ) throws -> SafetensorsFile {
        let network = try FeatureNetwork(file)
        var means = [Double](repeating: 0, count: names.count)
        for picture in pictures {
            let extractor = FeatureExtractor(
                network, width: picture.width, height: picture.height, taps: Set(network.layerNames),
                for: .activations)
            extractor.forward(picture.pixels)
            for (i, name) in network.layerNames.enumerated() {
                let channels = file["\(names[i]).bias"]!.values.count
                means[i] += extractor.moments(of: name).mean.reduce(0, +) / Double(channels * pictures.count)
            }
        }
        var result = file
        var below = 1.0
        for (i, name) in names.enumerated() {
            let mean = means[i] > 0 ? means[i] : 1
            result["\(name).weight"] = file["\(name).weight"]!.scaled(by: Float(below / mean))
            result["\(name).bias"] = file["\(name).bias"]!.scaled(by: Float(1 / mean))
            below = mean
        }
        return result
    }
}

extension SafetensorsFile.Tensor {
    fileprivate func scaled(by factor: Float) -> Self {
        Self(shape: shape, values: values.map { factor * $0 })
    }
}
