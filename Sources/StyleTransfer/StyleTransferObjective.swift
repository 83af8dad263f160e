import FeatureNetwork
import Kernels
import LearnedOptimization

/// alpha * content + beta * style + regularizer, as a function of the pixels of the result.
///
/// * content: the mean square difference of activations from the content's, over their variance (Gatys et al. 2016);
/// * style: the distance between statistics of activations and those of the styles (`StyleLoss`), over the style's own
///   variance, on one or more levels of an image pyramid;
/// * regularizer: the total variation.
public final class StyleTransferObjective: Objective {
    /// A picture's planes at some size.
    public struct Image: Sendable {
        public let width: Int
        public let height: Int
        /// Red, green and blue planes, `3 * height * width` values.
        public let pixels: [Float]

        public init(width: Int, height: Int, pixels: [Float]) {
            precondition(pixels.count == 3 * width * height)
            self.width = width
            self.height = height
            self.pixels = pixels
        }

        var halved: Image {
            Image(
                width: (width + 1) / 2, height: (height + 1) / 2,
                pixels: PlanePooling.halve(pixels, count: 3, height: height, width: width))
        }
    }

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

    private struct Level {
        let extractor: FeatureExtractor
        /// In the order of the settings' style layers.
        let targets: [StyleTarget]
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
        network: FeatureNetwork, content: Image, styles: [(image: Image, weight: Float)], settings: ObjectiveSettings
    ) throws {
        let targets = try StyleTargets(network: network, styles: styles, settings: settings)
        self.init(network: network, content: content, style: targets)
    }

    /// - Parameters:
    ///   - content: at the size of the result.
    ///   - style: made with the same network; the objective's settings are those it was made with.
    public init(network: FeatureNetwork, content: Image, style: StyleTargets) {
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

        levels[0].extractor.forward(content.pixels)
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
        var terms = Terms()
        gradient.withUnsafeMutableBufferPointer { gradient in
            gradient.update(repeating: 0)
            parameters.withUnsafeBufferPointer { pixels in
                addTerms(to: &terms, level: 0, pixels: pixels.baseAddress!, gradient: gradient.baseAddress!)
                terms.totalVariation = kernels.totalVariation(
                    pixels.baseAddress!, height: height, width: width, weight: settings.totalVariationWeight,
                    addingTo: gradient.baseAddress!)
            }
        }
        return terms
    }

    /// Adds the content and style terms of a level and of those below it, which see its average.
    private func addTerms(
        to terms: inout Terms, level: Int, pixels: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
    ) {
        let extractor = levels[level].extractor
        let (w, h) = (extractor.width, extractor.height)
        extractor.forward(pixels)
        var losses = styleLosses(of: levels[level], pixels: pixels, gradient: gradient, terms: &terms)
        if level == 0 {
            for target in contentTargets {
                terms.content +=
                    target.weight
                    * extractor.activations(of: target.layer)
                    .squaredDifference(from: target.activations, kernels: kernels)
                losses[target.layer, default: LayerGradient()].add(
                    differenceFrom: target.activations,
                    scale: Float(2 * Double(settings.contentWeight) * target.weight))
            }
        }
        extractor.backward(losses, addingTo: gradient)
        guard level + 1 < levels.count else { return }
        let halved = PlanePooling.halve(pixels, count: 3, height: h, width: w)
        var halvedGradient = [Float](repeating: 0, count: halved.count)
        halvedGradient.withUnsafeMutableBufferPointer {
            addTerms(to: &terms, level: level + 1, pixels: halved, gradient: $0.baseAddress!)
        }
        PlanePooling.addGradient(halvedGradient, count: 3, height: h, width: w, to: gradient)
    }

    private func styleLosses(
        of level: Level, pixels: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, terms: inout Terms
    ) -> [String: LayerGradient] {
        let extractor = level.extractor
        let layers = settings.styleLayers
        let moments = layers.map { StyleTargets.moments(of: $0.name, extractor: extractor, pixels) }
        var distances = [StyleTarget.Distance?](repeating: nil, count: layers.count)
        distances.withUnsafeMutableBufferPointer { distances in
            nonisolated(unsafe) let distances = distances
            Parallel.forEach(layers.count) { i, _ in
                // The deepest layers have the largest matrices: they go first, so that no thread ends up alone with
                // one.
                let layer = layers.count - 1 - i
                distances[layer] = level.targets[layer].distance(to: moments[layer])
            }
        }
        var losses: [String: LayerGradient] = [:]
        for (i, layer) in layers.enumerated() {
            let share = Double(layer.weight) / Double(levels.count)
            terms.style += share * distances[i]!.value
            let isPixels = layer.name == Self.pixelsLayer
            let pixelCount =
                isPixels ? extractor.width * extractor.height : extractor.activations(of: layer.name).pixelCount
            let (matrix, vector) = level.targets[i].activationGradient(
                of: distances[i]!, at: moments[i], weight: share * Double(settings.styleWeight), pixelCount: pixelCount)
            if isPixels {
                kernels.addStandardisedPixelGradient(
                    matrix: matrix, vector: vector, pixels: pixels, count: pixelCount, to: gradient)
            } else {
                losses[layer.name] = LayerGradient(matrix: matrix, vector: vector)
            }
        }
        return losses
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
