import FeatureNetwork
import Imaging
import LearnedOptimization
import Numerics

/// A distribution over style transfers: the problems an optimizer learns from.
///
/// A problem follows from one random number. Sampling from several threads at a time is safe.
public struct StyleTaskFamily: TaskFamily, Sendable {
    /// A picture that is made or read when it is wanted.
    public struct Source: Sendable {
        public var name: String
        /// Gives the same picture each time. Alpha is ignored.
        public var picture: @Sendable () throws -> Picture

        public init(name: String, picture: @escaping @Sendable () throws -> Picture) {
            self.name = name
            self.picture = picture
        }
    }

    public let network: FeatureNetwork
    public let contents: [Source]
    public let styles: [Source]
    public let variation: StyleVariation

    /// - Parameters:
    ///   - contents: at least one; each is as likely, like each of `styles`.
    /// - Throws: `StyleTransferError` when the variation's objective does not fit the network.
    public init(
        network: FeatureNetwork, contents: [Source], styles: [Source], variation: StyleVariation = StyleVariation()
    ) throws {
        precondition(!contents.isEmpty && !styles.isEmpty, "a style transfer takes a content and a style")
        try variation.validate(for: network)
        (self.network, self.contents, self.styles, self.variation) = (network, contents, styles, variation)
    }

    /// - Throws: what a source throws, or `StyleTransferError`.
    public func sample(using generator: inout some RandomNumberGenerator) throws -> Problem {
        var random = SplitMix64(seed: generator.next())
        return try sample(&random)
    }

    private func sample(_ random: inout SplitMix64) throws -> Problem {
        let edge = random.pick(variation.edges)
        let (contentSource, styleSource) = (random.pick(contents), random.pick(styles))
        let settings = variation.objective(&random)
        let start = random.pick(variation.starts)
        let content = Self.content(try contentSource.picture(), edge: edge, variation, &random)
        let style = Self.style(try styleSource.picture(), edge: edge, variation, &random)
        return Problem(
            name: "\(contentSource.name) as \(styleSource.name), \(edge)x\(edge)",
            objective: try objective(content: content, style: style, settings: settings),
            start: try self.start(start, content: content, style: style, settings: settings, &random))
    }

    private func objective(
        content: Picture, style: Picture, settings: ObjectiveSettings
    ) throws -> StyleTransferObjective {
        try StyleTransferObjective(
            network: network, content: content.planes, styles: [(style.planes, 1)], settings: settings)
    }

    // MARK: - Pictures

    /// A square of the picture, `edge` pixels wide.
    private static func content(
        _ picture: Picture, edge: Int, _ variation: StyleVariation, _ random: inout SplitMix64
    ) -> Picture {
        let shorter = min(picture.width, picture.height)
        let zoom = random.logUniform(variation.contentZoom)
        // No zooming in beyond the picture's own pixels.
        let side = min(shorter, max(edge, Int((Float(shorter) / zoom).rounded())))
        let place: (x: Float, y: Float) = variation.isCentred ? (0.5, 0.5) : (random.nextUnit(), random.nextUnit())
        return picture.cropped(width: side, height: side, at: place).resized(width: edge, height: edge)
            .flipped(variation.flips && random.chance(0.5))
    }

    /// The style at a random scale: a crop of the problem's size, or whole at no more than twice its area.
    private static func style(
        _ picture: Picture, edge: Int, _ variation: StyleVariation, _ random: inout SplitMix64
    ) -> Picture {
        let isWhole = !random.chance(variation.croppedStyles)
        let scale = random.logUniform(variation.styleScale)
        let area = Double(edge * edge) * Double(scale * scale)
        let size = picture.size.withArea(isWhole ? min(area, Double(2 * edge * edge)) : area)
        var style = picture.opaque.resized(to: size)
        if !isWhole {
            style = style.cropped(width: edge, height: edge, at: (random.nextUnit(), random.nextUnit()))
        }
        return style.flipped(variation.flips && random.chance(0.5))
    }

    // MARK: - Starts

    private func start(
        _ start: StyleVariation.Start, content: Picture, style: Picture, settings: ObjectiveSettings,
        _ random: inout SplitMix64
    ) throws -> [Float] {
        switch start {
        case .content: return content.pixels
        case .noise: return content.pixels.map { _ in random.nextUnit() }
        case .blend:
            let share = random.nextUnit()
            return content.pixels.map { $0 + share * (random.nextUnit() - $0) }
        case .coarser(let evaluations):
            let half = { (picture: Picture) in
                picture.resized(width: (picture.width + 1) / 2, height: (picture.height + 1) / 2)
            }
            var coarse = half(content)
            let objective = try objective(content: coarse, style: half(style), settings: settings)
            var optimizer = LBFGS(bounds: objective.bounds)
            coarse.pixels =
                minimize(objective, from: coarse.pixels, with: &optimizer, evaluations: evaluations).parameters
            return coarse.resized(to: content.size).pixels
        }
    }
}

extension Picture {
    fileprivate var opaque: Picture { Picture(planes) }

    /// The opaque part of that size, or as much of it as there is.
    ///
    /// - Parameter place: of all the places for it, from 0 (left, top) up to 1.
    fileprivate func cropped(width newWidth: Int, height newHeight: Int, at place: (x: Float, y: Float)) -> Picture {
        let (w, h) = (min(newWidth, width), min(newHeight, height))
        let left = min(Int(place.x * Float(width - w + 1)), width - w)
        let top = min(Int(place.y * Float(height - h + 1)), height - h)
        return opaque.cropped(left: left, top: top, width: w, height: h)
    }

    /// Left and right exchanged, if asked for.
    fileprivate func flipped(_ isFlipped: Bool) -> Picture {
        guard isFlipped else { return self }
        var result = self
        for row in 0..<3 * height {
            result.pixels[row * width..<(row + 1) * width].reverse()
        }
        return result
    }
}
