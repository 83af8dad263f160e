import Safetensors

// VGG-16 and VGG-19 (Simonyan and Zisserman 2014) as torchvision keeps them: `features.0.weight`, `features.0.bias`,
// `features.2.weight`, ..., numbered through convolutions, ReLUs and pools. The classifier is left out.

extension NetworkDescription {
    /// The convolutions between pools.
    private static let blocks = [16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4]]

    /// - Returns: `nil` when no tensor is named as torchvision names those of a VGG.
    /// - Throws: `FeatureNetworkError` when there is a tensor that neither of the two has.
    static func torchvision(_ file: SafetensorsFile) throws -> NetworkDescription? {
        let found = file.tensors.keys.filter { $0.hasPrefix("features.") }
        guard !found.isEmpty else { return nil }
        let networks = blocks.keys.sorted().map { NetworkDescription(torchvision: blocks[$0]!) }
        // Where tensors are missing or too many, what is said is about the one it has most in common with.
        let network = networks.max { $0.tensors.intersection(found).count < $1.tensors.intersection(found).count }!
        if let stranger = found.sorted().first(where: { !network.tensors.contains($0) }) {
            throw FeatureNetworkError.strangerInVGG(tensor: stranger)
        }
        return network
    }

    private init(torchvision blocks: [Int]) {
        var (parts, index) = ([String](), 0)
        for (block, count) in blocks.enumerated() {
            if block > 0 {
                parts.append("pool")
                index += 1
            }
            for layer in 1...count {
                let name = "conv\(block + 1)_\(layer)"
                parts.append(name)
                tensorNames[name] = "features.\(index)"
                index += 2
            }
        }
        architecture = parts.joined(separator: " ")
        padding = .zeros
        pooling = .max
        roundsUp = false
        // Of ImageNet, which pictures are standardised with.
        mean = [0.485, 0.456, 0.406]
        deviation = [0.229, 0.224, 0.225]
    }

    private var tensors: Set<String> { Set(tensorNames.keys.flatMap { [weights(of: $0), bias(of: $0)] }) }
}
