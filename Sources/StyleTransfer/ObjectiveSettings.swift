import FeatureNetwork

/// What the objective is made of: alpha * content + beta * style + regularizer.
public struct ObjectiveSettings: Equatable, Sendable {
    /// A layer of the network by name (`relu3_1`), or `pixels`, and its weight.
    public struct Layer: Equatable, Sendable {
        public var name: String
        public var weight: Float

        public init(_ name: String, _ weight: Float) {
            self.name = name
            self.weight = weight
        }
    }

    /// Alpha: how strongly the content's outlines are kept.
    public var contentWeight: Float = 0.08
    /// Beta: how strongly the style is followed.
    public var styleWeight: Float = 1
    /// The weight of the total variation, which smooths speckle.
    public var totalVariationWeight: Float = 3
    public var styleLoss: StyleLoss = .wasserstein
    /// The layers whose activations are compared with the content's.
    public var contentLayers: [Layer] = [Layer("relu2_2", 1)]
    /// The layers whose statistics are compared with the style's.
    public var styleLayers: [Layer] = [
        Layer("pixels", 0.4), Layer("relu1_1", 0.2), Layer("relu2_1", 0.1), Layer("relu3_1", 0.1),
        Layer("relu4_1", 0.1), Layer("relu5_1", 0.1),
    ]
    /// How many levels of an image pyramid the style is compared on, each half the size of the last.
    public var pyramidLevels: Int = 2

    public init() {}

    /// The layers of the network that are looked at.
    var taps: Set<String> {
        Set((contentLayers + styleLayers).map(\.name)).subtracting([StyleTransferObjective.pixelsLayer])
    }
}

extension ObjectiveSettings {
    /// The default settings with the layers that suit a network: for VGG-16 and VGG-19, which alone have a third
    /// convolution in a block, those of Gatys, Ecker and Bethge (https://arxiv.org/abs/1508.06576); for others, the
    /// default content layer and those of the default style layers that they have.
    public init(for network: FeatureNetwork) {
        self.init()
        let names = Set(network.layerNames)
        let style = (1...5).map { "relu\($0)_1" }
        if names.isSuperset(of: style + ["relu3_3", "relu4_2"]) {
            styleLayers = style.map { Layer($0, 0.2) }
            contentLayers = [Layer("relu4_2", 1)]
        } else {
            styleLayers.removeAll { $0.name != StyleTransferObjective.pixelsLayer && !names.contains($0.name) }
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
