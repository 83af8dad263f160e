import StyleTransfer

/// Layers of the network with their weights: `relu1_1:0.2,relu2_1:0.2`. A layer without a weight has weight 1.
///
/// A layer goes by the name of its activations, or by that of the convolution they come from: `conv1_1`.
public struct LayerList: Sendable, CustomStringConvertible, Equatable {
    public var layers: [ObjectiveSettings.Layer]

    public init(layers: [ObjectiveSettings.Layer]) {
        self.layers = layers
    }

    public init?(argument: String) {
        layers = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let fields = part.drop { $0 == " " }.split(separator: ":", omittingEmptySubsequences: false)
            guard let name = fields.first, !name.isEmpty, fields.count <= 2,
                let weight = fields.count == 2 ? Float(fields[1]) : 1, weight.isFinite, weight >= 0
            else { return nil }
            let isConvolution = name.hasPrefix("conv")
            layers.append(ObjectiveSettings.Layer(isConvolution ? "relu" + name.dropFirst(4) : String(name), weight))
        }
    }

    public var description: String { text(separator: ",") }

    /// With spaces, so that the help can break the line.
    public var defaultValueDescription: String { text(separator: ", ") }

    private func text(separator: String) -> String {
        layers.map { "\($0.name):\($0.weight)" }.joined(separator: separator)
    }
}
