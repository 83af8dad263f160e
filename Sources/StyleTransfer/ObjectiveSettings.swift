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
    public var contentWeight: Float = 0.02
    /// Beta: how strongly the style is followed.
    public var styleWeight: Float = 1
    /// The weight of the total variation, which smooths speckle.
    public var totalVariationWeight: Float = 2
    public var styleLoss: StyleLoss = .wasserstein
    /// The layers whose activations are compared with the content's.
    public var contentLayers: [Layer] = [Layer("relu3_2", 1)]
    /// The layers whose statistics are compared with the style's.
    public var styleLayers: [Layer] = [
        Layer("pixels", 0.25), Layer("relu1_1", 0.2), Layer("relu2_1", 0.2), Layer("relu3_1", 0.2), Layer("relu4_1", 0.2),
        Layer("relu4_2", 0.2),
    ]
    /// How many levels of an image pyramid the style is compared on, each half the size of the last.
    public var pyramidLevels: Int = 1

    public init() {}
}
