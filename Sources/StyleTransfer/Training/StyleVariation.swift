import FeatureNetwork
import Foundation
import Numerics

/// In what the problems of a `StyleTaskFamily` differ besides their pictures.
///
/// Of a list, each entry is as likely: a value that is to come more often stands in it more often. A range is sampled
/// log-uniformly.
public struct StyleVariation: Codable, Equatable, Sendable {
    /// Where a walk starts.
    public enum Start: Codable, Equatable, Sendable {
        case content
        /// Uniform noise.
        case noise
        /// Between content and noise.
        case blend
        /// What so many evaluations of L-BFGS make of the content at half the size: this is how every scale of
        /// a `Stylizer` but the first begins.
        case coarser(evaluations: Int)
    }

    /// Width and height of the problem in pixels.
    public var edges = [48, 48, 64, 64, 64, 64, 80, 80, 96, 128]
    /// The content's shorter edge by that of the part taken, at least 1.
    public var contentZoom: ClosedRange<Float> = 1...2.5
    /// As `Stylizer.Settings.styleScale`.
    public var styleScale: ClosedRange<Float> = 1...4
    /// How often a style is cropped to the problem's size; the others are taken whole, at no more than twice its area.
    public var croppedStyles: Float = 0.5
    /// Whether the content's part is its middle.
    public var isCentred = false
    /// Whether half of the contents and half of the styles are mirrored.
    public var flips = true

    /// What the objectives have in common.
    public var objective = ObjectiveSettings()
    public var contentWeight: ClosedRange<Float> = 0.01...1
    public var totalVariationWeight: ClosedRange<Float> = 0.1...20
    /// How often the total variation has no weight at all.
    public var withoutTotalVariation: Float = 0.15
    public var styleLosses =
        [StyleLoss](repeating: .wasserstein, count: 7) + [.covariance, .covariance] + [.gram]
    public var pyramidLevels = [1, 1, 1, 2]
    /// The standard deviation of the logarithm of each layer's weight.
    public var layerJitter: Float = 0.5
    /// How often a style layer is left out.
    public var droppedLayers: Float = 0.1
    /// How often the content layers are replaced by one of `otherContentLayers`.
    public var replacedContentLayers: Float = 0.2
    public var otherContentLayers = ["relu3_2", "relu4_1"]
    public var starts =
        [Start](repeating: .content, count: 10) + [Start](repeating: .noise, count: 3)
        + [Start](repeating: .blend, count: 3) + [Start](repeating: .coarser(evaluations: 12), count: 4)

    public init() {}

    /// The defaults with the layers that suit a network.
    public init(for network: FeatureNetwork) {
        objective = ObjectiveSettings(for: network)
        otherContentLayers.removeAll { !network.layerNames.contains($0) }
    }

    /// Nothing differs but the pictures: the middle of the content, the whole style at its area, one objective, a start
    /// from the content.
    public static func fixed(edge: Int, objective: ObjectiveSettings = ObjectiveSettings()) -> StyleVariation {
        var fixed = StyleVariation()
        fixed.objective = objective
        fixed.edges = [edge]
        fixed.contentZoom = 1...1
        fixed.styleScale = 1...1
        fixed.croppedStyles = 0
        fixed.isCentred = true
        fixed.flips = false
        fixed.contentWeight = objective.contentWeight...objective.contentWeight
        fixed.totalVariationWeight = objective.totalVariationWeight...objective.totalVariationWeight
        fixed.withoutTotalVariation = 0
        fixed.styleLosses = [objective.styleLoss]
        fixed.pyramidLevels = [objective.pyramidLevels]
        fixed.layerJitter = 0
        fixed.droppedLayers = 0
        fixed.replacedContentLayers = 0
        fixed.starts = [.content]
        return fixed
    }
}

extension StyleVariation {
    /// - Throws: `StyleTransferError`.
    func validate(for network: FeatureNetwork) throws {
        try objective.validate(for: network)
        func check(_ isFine: Bool, _ message: String) throws {
            guard isFine else { throw StyleTransferError.outOfRange(message) }
        }
        try check(
            ![edges.count, styleLosses.count, pyramidLevels.count, starts.count].contains(0),
            "a variation's lists have at least one entry")
        try check(edges.allSatisfy { $0 > 0 }, "a problem has an edge of at least one pixel")
        try check(
            [contentZoom, styleScale, contentWeight, totalVariationWeight].allSatisfy {
                $0.lowerBound > 0 && $0.upperBound.isFinite
            }, "a variation's ranges are of positive numbers")
        if replacedContentLayers > 0 {
            for layer in otherContentLayers where !network.layerNames.contains(layer) {
                throw StyleTransferError.unknownLayer(layer, known: network.layerNames)
            }
        }
    }

    /// The settings of one problem.
    func objective(_ random: inout SplitMix64) -> ObjectiveSettings {
        var settings = objective
        settings.contentWeight = random.logUniform(contentWeight)
        settings.totalVariationWeight =
            random.chance(withoutTotalVariation) ? 0 : random.logUniform(totalVariationWeight)
        settings.styleLoss = random.pick(styleLosses)
        settings.pyramidLevels = random.pick(pyramidLevels)
        if !otherContentLayers.isEmpty, random.chance(replacedContentLayers) {
            settings.contentLayers = [.init(random.pick(otherContentLayers), 1)]
        }
        for i in settings.styleLayers.indices {
            settings.styleLayers[i].weight *= exp(layerJitter * random.normal())
        }
        if settings.styleLayers.count > 1, random.chance(droppedLayers) {
            settings.styleLayers.remove(at: random.below(settings.styleLayers.count))
        }
        return settings
    }
}

extension SplitMix64 {
    mutating func logUniform(_ range: ClosedRange<Float>) -> Float {
        let unit = nextUnit()
        guard range.lowerBound < range.upperBound else { return range.lowerBound }
        let value = range.lowerBound * pow(range.upperBound / range.lowerBound, unit)
        return min(max(value, range.lowerBound), range.upperBound)
    }
}
