import FeatureNetwork

/// What the objective is made of: alpha * content + beta * style + regularizer.
public struct ObjectiveSettings: Codable, Equatable, Sendable {
    /// A layer of the network by name (`relu3_1`), or `pixels`, and its weight.
    public struct Layer: Codable, Equatable, Sendable {
        public var name: String
        public var weight: Float

        public init(_ name: String, _ weight: Float) {
            self.name = name
            self.weight = weight
        }
    }

    /// Alpha: how strongly the content's outlines are kept.
    public var contentWeight: Float = 0.09
    /// Beta: how strongly the style is followed.
    public var styleWeight: Float = 1
    /// The weight of the total variation, which smooths speckle.
    public var totalVariationWeight: Float = 1
    public var styleLoss: StyleLoss = .wasserstein
    /// The layers whose activations are compared with the content's.
    public var contentLayers: [Layer] = [Layer("relu4_2", 1)]
    /// The layers whose statistics are compared with the style's.
    public var styleLayers: [Layer] = [
        Layer("pixels", 0.4), Layer("relu1_1", 0.2), Layer("relu2_1", 0.2), Layer("relu3_1", 0.2),
        Layer("relu4_1", 0.2), Layer("relu5_1", 0.2),
    ]
    /// How many levels of an image pyramid the style is compared on, each half the size of the last.
    public var pyramidLevels: Int = 1

    public init() {}

    /// The layers of the network that are looked at.
    var taps: Set<String> {
        Set((contentLayers + styleLayers).map(\.name)).subtracting([StyleTransferObjective.pixelsLayer])
    }
}

extension ObjectiveSettings {
    /// The default settings with those of the default layers that a network has; where it lacks the content layer, a
    /// shallower one.
    public init(for network: FeatureNetwork) {
        self.init()
        let names = network.layerNames
        styleLayers.removeAll { $0.name != StyleTransferObjective.pixelsLayer && !names.contains($0.name) }
        if !names.contains(contentLayers[0].name) {
            contentLayers[0].name = ["relu3_2", "relu2_2"].first(where: names.contains) ?? names.last!
        }
    }
}

extension ObjectiveSettings {
    /// - Throws: `StyleTransferError` when a layer is unknown to `network` or a number out of range.
    public func validate(for network: FeatureNetwork) throws {
        for (name, value) in [
            ("content weight", contentWeight), ("style weight", styleWeight),
            ("total variation weight", totalVariationWeight),
        ] {
            guard value.isFinite && value >= 0 else {
                throw StyleTransferError.outOfRange("the \(name) must be 0 or more, not \(value)")
            }
        }
        guard (1...8).contains(pyramidLevels) else {
            throw StyleTransferError.outOfRange("the pyramid has 1 to 8 levels, not \(pyramidLevels)")
        }
        for (use, layers, known) in [
            ("content", contentLayers, network.layerNames),
            ("style", styleLayers, [StyleTransferObjective.pixelsLayer] + network.layerNames),
        ] {
            for layer in layers {
                guard known.contains(layer.name) else {
                    throw StyleTransferError.unknownLayer(layer.name, known: known)
                }
                guard layer.weight.isFinite && layer.weight >= 0 else {
                    throw StyleTransferError.outOfRange(
                        "the weight of \(use) layer \(layer.name) must be 0 or more, not \(layer.weight)")
                }
            }
            guard Set(layers.map(\.name)).count == layers.count else {
                throw StyleTransferError.outOfRange("a \(use) layer is named twice")
            }
        }
    }
}
