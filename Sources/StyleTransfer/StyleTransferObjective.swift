import FeatureNetwork
import Kernels
import LearnedOptimization
import Numerics

/// alpha * content + beta * style + regularizer, as a function of the pixels of the result.
///
/// * content: the mean square difference of activations from the content's, over their variance (Gatys et al. 2016);
/// * style: the distance between statistics of activations and those of the styles (`StyleLoss`), over the style's own
///   variance, on one or more levels of an image pyramid;
/// * regularizer: the total variation.
public final class StyleTransferObjective: Objective {
    /// The three terms, before their weights.
    public struct Terms: Equatable, Sendable {
        public var content = 0.0
        public var style = 0.0
        public var totalVariation = 0.0
    }

    /// The name of the style layer that is the picture itself.
    public static let pixelsLayer = "pixels"

    public let width: Int
    public let height: Int
    public let settings: ObjectiveSettings
    public var parameterCount: Int { 3 * width * height }
    public var bounds: ClosedRange<Float>? { 0...1 }
    public var grid: Grid { Grid(planes: 3, height: height, width: width) }

    /// Parameters as the planes they are.
    func planes(_ parameters: [Float]) -> Planes {
        Planes(count: 3, height: height, width: width, values: parameters)
    }

    private struct Level {
        let extractor: FeatureExtractor
        /// In the order of the settings' style layers.
        let targets: [StyleTarget]

        func pixelCount(of layer: String) -> Int {
            layer == StyleTransferObjective.pixelsLayer
                ? extractor.width * extractor.height : extractor.activations(of: layer).pixelCount
        }
    }

    private struct ContentTarget {
        let layer: String
        let activations: FeatureMaps
        /// The layer's weight over the number of values and the content's variance.
        let weight: Double
    }

    private var levels: [Level] = []
    private var contentTargets: [ContentTarget] = []
    private let kernels: KernelSet

    /// - Parameters:
    ///   - content: at the size of the result.
    ///   - styles: at any size, with weights.
    /// - Throws: `StyleTransferError` when a layer is unknown or a number out of range.
    public convenience init(
        network: FeatureNetwork, content: Planes, styles: [(planes: Planes, weight: Float)], settings: ObjectiveSettings
    ) throws {
        let targets = try StyleTargets(network: network, styles: styles, settings: settings)
        self.init(network: network, content: content, style: targets)
    }

    /// - Parameters:
    ///   - content: at the size of the result.
    ///   - style: made with the same network; the objective's settings are those it was made with.
    public init(network: FeatureNetwork, content: Planes, style: StyleTargets) {
        precondition(network.digest == style.networkDigest, "made for another network")
        settings = style.settings
        width = content.width
        height = content.height
        kernels = network.kernels

        let styleLayers = settings.styleLayers.map(\.name)
        let styleTaps = Set(styleLayers).subtracting([Self.pixelsLayer])
        let contentTaps = Set(settings.contentLayers.map(\.name))
        var (w, h) = (width, height)
        for level in 0..<settings.pyramidLevels {
            let taps = level == 0 ? styleTaps.union(contentTaps) : styleTaps
            levels.append(
                Level(
                    extractor: FeatureExtractor(network, width: w, height: h, taps: taps),
                    targets: style.levels[level]))
            (w, h) = ((w + 1) / 2, (h + 1) / 2)
        }

        levels[0].extractor.forward(content.values)
        for layer in settings.contentLayers where layer.weight != 0 {
            let activations = levels[0].extractor.activations(of: layer.name).copy()
            let moments = activations.moments(kernels: kernels)
            let square =
                (0..<moments.paddedChannels).reduce(0.0) {
                    $0 + moments.second[$1 * moments.paddedChannels + $1]
                } / Double(moments.channels)
            let meanSquare = moments.mean.reduce(0) { $0 + $1 * $1 } / Double(moments.channels)
            // A thousandth of the mean square keeps flat content from dividing by 0.
            let variance = max(0, square - meanSquare) + 1e-3 * square + 1e-8
            contentTargets.append(
                ContentTarget(
                    layer: layer.name, activations: activations,
                    weight: Double(layer.weight) / (variance * Double(moments.channels * activations.pixelCount))))
        }
    }

    public func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        total(terms(at: parameters, gradient: &gradient))
    }

    /// The weighted sum of the terms.
    public func total(_ terms: Terms) -> Double {
        Double(settings.contentWeight) * terms.content + Double(settings.styleWeight) * terms.style
            + Double(settings.totalVariationWeight) * terms.totalVariation
    }

    /// The terms at `parameters`, and the gradient of their weighted sum.
    public func terms(at parameters: [Float], gradient: inout [Float]) -> Terms {
        precondition(parameters.count == parameterCount && gradient.count == parameterCount)
        var pyramid = [planes(parameters)]
        while pyramid.count < levels.count { pyramid.append(pyramid.last!.halved) }
        for (level, planes) in zip(levels, pyramid) { level.extractor.forward(planes.values) }
        let styles = styleTerms(of: pyramid)
        var terms = Terms(content: contentTerm(), style: styles.joined().reduce(0) { $0 + $1.value })
        // In the memory that there is.
        var sum = planes(gradient)
        gradient = []
        sum.values.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        addGradient(of: styles, at: 0, of: pyramid, to: &sum)
        terms.totalVariation = kernels.totalVariation(
            pyramid[0], weight: settings.totalVariationWeight, addingTo: &sum)
        gradient = sum.values
        return terms
    }

    private func contentTerm() -> Double {
        contentTargets.reduce(0) { sum, target in
            let activations = levels[0].extractor.activations(of: target.layer)
            return sum + target.weight * activations.squaredDifference(from: target.activations, kernels: kernels)
        }
    }

    /// The style at one layer of one level.
    private struct StyleTerm {
        /// The distance times the layer's weight.
        var value: Double
        /// The gradient of the objective with respect to an activation f is `matrix f + vector`.
        var matrix: [Float]
        var vector: [Float]
    }

    /// By level, in the order of the settings' style layers. The extractors have seen `pyramid`.
    private func styleTerms(of pyramid: [Planes]) -> [[StyleTerm]] {
        let layers = settings.styleLayers
        let styleWeight = Double(settings.styleWeight)
        let jobs = zip(levels, pyramid).flatMap { level, planes in
            zip(layers, level.targets).map { layer, target in
                (
                    target: target, share: Double(layer.weight) / Double(levels.count),
                    moments: StyleTargets.moments(of: layer.name, extractor: level.extractor, planes),
                    pixelCount: level.pixelCount(of: layer.name)
                )
            }
        }
        // The deepest layers have the largest matrices: they go first, so that no thread ends up alone with one.
        let (levelCount, layerCount) = (levels.count, layers.count)
        let terms = Parallel.map(jobs.count) { i in
            let job = jobs[i % levelCount * layerCount + layerCount - 1 - i / levelCount]
            let distance = job.target.distance(to: job.moments)
            let (matrix, vector) = job.target.activationGradient(
                of: distance, at: job.moments, weight: job.share * styleWeight, pixelCount: job.pixelCount)
            return StyleTerm(value: job.share * distance.value, matrix: matrix, vector: vector)
        }
        return (0..<levelCount).map { level in
            (0..<layerCount).map { terms[(layerCount - 1 - $0) * levelCount + level] }
        }
    }

    /// Adds the gradient of content and style on a level and on those below it, which see its average.
    private func addGradient(
        of styles: [[StyleTerm]], at index: Int, of pyramid: [Planes], to gradient: inout Planes
    ) {
        let level = levels[index]
        var losses: [String: LayerGradient] = [:]
        for (layer, style) in zip(settings.styleLayers, styles[index]) {
            if layer.name == Self.pixelsLayer {
                kernels.addStandardisedPixelGradient(
                    matrix: style.matrix, vector: style.vector, of: pyramid[index], to: &gradient)
            } else {
                losses[layer.name] = LayerGradient(matrix: style.matrix, vector: style.vector)
            }
        }
        if index == 0 {
            for target in contentTargets {
                losses[target.layer, default: LayerGradient()].add(
                    differenceFrom: target.activations,
                    scale: Float(2 * Double(settings.contentWeight) * target.weight))
            }
        }
        level.extractor.backward(losses, addingTo: &gradient.values)
        guard index + 1 < levels.count else { return }
        let (height, width) = (pyramid[index + 1].height, pyramid[index + 1].width)
        var halvedGradient = Planes(count: 3, height: height, width: width, repeating: 0)
        addGradient(of: styles, at: index + 1, of: pyramid, to: &halvedGradient)
        gradient.addGradient(ofHalved: halvedGradient)
    }
}

extension Moments {
    func scaled(by factor: Double) -> Moments {
        Moments(channels: channels, mean: mean.map { $0 * factor }, second: second.map { $0 * factor })
    }

    func adding(_ other: Moments, weight: Double) -> Moments {
        Moments(
            channels: channels, mean: zip(mean, other.mean).map { $0 + weight * $1 },
            second: zip(second, other.second).map { $0 + weight * $1 })
    }
}
