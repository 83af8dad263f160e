import FeatureNetwork
import Foundation
import Imaging
import Kernels
import Numerics

/// How far paintings are from their styles and from their contents, as a network sees it that need not be the one they
/// were painted with.
///
/// * style: the squared Wasserstein-2 distance between the Gaussians of activations of painting and style, over the
///   trace of the style's covariance;
/// * content: the mean square difference of activations of painting and content, over the content's variance.
///
/// The network finds pictures mirrored beyond their borders, whatever it pads with when it paints: a border is no part
/// of a style.
public struct NetworkJudge: Sendable {
    public static let styleLayers = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
    public static let contentLayer = "relu4_2"

    /// Lower is nearer.
    public struct Figures: Equatable, Sendable {
        /// In the order of `styleLayers`; `nil` when the style is plain or its activations are beyond numbers at one.
        public var styleDistances: [Double]?
        /// `nil` when the content is.
        public var contentDistance: Double?

        /// The mean over the layers.
        public var styleDistance: Double? { styleDistances.map { $0.reduce(0, +) / Double($0.count) } }
    }

    /// What paintings of one size are compared with for their style.
    public struct Style: Sendable {
        /// Of the paintings.
        public let size: PictureSize
        /// In the order of `styleLayers`.
        fileprivate let gaussians: [Gaussian]?
    }

    /// What paintings of one size are compared with for their content.
    public struct Content: Sendable {
        public let size: PictureSize
        fileprivate let activations: FeatureMaps
        fileprivate let variance: Double?
    }

    private let network: FeatureNetwork

    /// - Throws: `StyleTransferError.unknownLayer` when the network lacks a layer.
    public init(network: FeatureNetwork) throws {
        let names = network.layerNames
        if let missing = (Self.styleLayers + [Self.contentLayer]).first(where: { !names.contains($0) }) {
            throw StyleTransferError.unknownLayer(missing, known: names)
        }
        self.network = network
    }

    /// - Parameters:
    ///   - picture: is brought to the area of the paintings.
    ///   - size: of the paintings.
    /// - Throws: `StyleTransferError` when there is not enough memory.
    public func style(_ picture: Picture, at size: PictureSize) throws -> Style {
        let extractor = try forward(
            picture.resized(to: picture.size.withArea(Double(size.area))), taps: Set(Self.styleLayers))
        let gaussians = Self.styleLayers.compactMap {
            Gaussian(extractor.moments(of: $0), kernels: network.kernels)
        }
        let areComplete = gaussians.count == Self.styleLayers.count
        return Style(size: size, gaussians: areComplete ? gaussians : nil)
    }

    /// - Parameters:
    ///   - picture: is brought to the size of the paintings.
    ///   - size: of the paintings.
    /// - Throws: `StyleTransferError` when there is not enough memory.
    public func content(_ picture: Picture, at size: PictureSize) throws -> Content {
        let extractor = try forward(picture.resized(to: size), taps: [Self.contentLayer])
        let activations = extractor.activations(of: Self.contentLayer).copy()
        return Content(size: size, activations: activations, variance: Self.variance(of: activations.planar))
    }

    /// - Parameters:
    ///   - content: made for the painting's size, as `style`.
    /// - Throws: `StyleTransferError` when there is not enough memory.
    public func figures(of painting: Picture, content: Content, style: Style) throws -> Figures {
        precondition(painting.size == content.size && painting.size == style.size)
        let extractor = try forward(painting, taps: Set(Self.styleLayers + [Self.contentLayer]))
        let moments = Self.styleLayers.map { extractor.moments(of: $0) }
        var figures = Figures()
        if let gaussians = style.gaussians, moments.allSatisfy(\.areUsable) {
            figures.styleDistances = zip(gaussians, moments).map { $0.distance(to: $1) }
        }
        if let variance = content.variance {
            let activations = extractor.activations(of: Self.contentLayer)
            let square = activations.squaredDifference(from: content.activations, kernels: network.kernels)
            let distance = square / Double(activations.channels * activations.pixelCount) / variance
            figures.contentDistance = distance.isFinite ? distance : nil
        }
        return figures
    }

    private func forward(_ picture: Picture, taps: Set<String>) throws -> FeatureExtractor {
        let (width, height) = (picture.width, picture.height)
        let needed = network.bytesOfWeights(upTo: taps) + network.bytesPerPixel(upTo: taps) * Double(width * height)
        let available = Memory.available
        guard needed <= available else {
            throw StyleTransferError.needsMoreMemory(
                width: width, height: height, count: 1, needed: needed, available: available)
        }
        let extractor = FeatureExtractor(
            network, width: width, height: height, taps: taps, for: .activations, reflectsBorder: true)
        extractor.forward(picture.pixels)
        return extractor
    }

    /// Over all values of all channels, unbiased; `nil` when it is no more than rounding, or beyond numbers.
    private static func variance(of values: [Float]) -> Double? {
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        let variance =
            values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(max(values.count - 1, 1))
        return variance.isFinite && variance > plainness * mean * mean ? variance : nil
    }

    /// The share of the mean's square up to which a variance may be due to rounding alone.
    private static let plainness = 1e-5

    /// A style's activations at one layer.
    fileprivate struct Gaussian: Sendable {
        private let mean: [Double]
        private let trace: Double
        private let wasserstein: GaussianWasserstein

        /// - Returns: `nil` when there is no variance to speak of, or numbers do not hold it.
        init?(_ moments: Moments, kernels: KernelSet) {
            let (covariance, n) = (moments.covariance, moments.paddedChannels)
            mean = moments.mean
            trace = (0..<n).reduce(0) { $0 + covariance[$1 * n + $1] }
            guard moments.areUsable, trace > plainness * mean.reduce(0, { $0 + $1 * $1 }) else { return nil }
            // In directions of no variance the distance is wrong by the root of this; Cholesky's factors need no more.
            wasserstein = GaussianWasserstein(
                covariance: covariance, n: n, epsilon: 1e-6 * trace / Double(moments.channels), kernels: kernels)
        }

        func distance(to other: Moments) -> Double {
            let means = zip(other.mean, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            return max(0, means + wasserstein.value(of: other.covariance)) / trace
        }
    }
}
