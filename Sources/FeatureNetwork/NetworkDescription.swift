import Kernels
import Safetensors

/// What a file of weights says of its network: in this project's own format by its metadata, in that of torchvision by
/// the names of its tensors.
struct NetworkDescription {
    /// From the picture up: `conv1_1 conv1_2 pool conv2_1 ...`.
    var architecture: String
    /// What the names of a convolution's tensors begin with, by the convolution: itself, unless it stands here.
    var tensorNames: [String: String] = [:]
    var padding = Padding.replicate
    var pooling = Pooling.average
    /// Whether pools round odd sides up.
    var roundsUp = true
    /// What is taken from red, green and blue in 0...1 before the first convolution, and what they are then divided by.
    var mean = [0.0, 0, 0]
    var deviation = [1.0, 1, 1]

    /// - Throws: `FeatureNetworkError`.
    init(_ file: SafetensorsFile) throws {
        if file.metadata["architecture"] == nil, let vgg = try Self.torchvision(file) {
            self = vgg
            return
        }
        guard let architecture = file.metadata["architecture"], !architecture.isEmpty else {
            throw FeatureNetworkError.noArchitecture
        }
        self.init(architecture: architecture)
        if let name = file.metadata["padding"] {
            guard let padding = Padding(rawValue: name), padding != .reflect else {
                throw FeatureNetworkError.unknownPadding(name)
            }
            self.padding = padding
        }
        if let name = file.metadata["pool"] {
            // A file may say the size of the cells too; there is no other.
            let kind = name.hasSuffix(" 2x2") ? String(name.dropLast(4)) : name
            guard let pooling = Pooling(rawValue: kind) else { throw FeatureNetworkError.unknownPooling(name) }
            self.pooling = pooling
        }
    }

    init(architecture: String) {
        self.architecture = architecture
    }

    func weights(of convolution: String) -> String { "\(tensorNames[convolution] ?? convolution).weight" }
    func bias(of convolution: String) -> String { "\(tensorNames[convolution] ?? convolution).bias" }

    /// All that two networks of the same weights may differ in.
    var words: String {
        var words = architecture
        if padding != .replicate { words += ", padding \(padding)" }
        if pooling != .average { words += ", pool \(pooling)" }
        if !roundsUp { words += ", odd sides rounded down" }
        if mean != [0, 0, 0] || deviation != [1, 1, 1] { words += ", mean \(mean), deviation \(deviation)" }
        return words
    }
}
