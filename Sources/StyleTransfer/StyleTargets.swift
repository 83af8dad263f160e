import FeatureNetwork
import Kernels
import Numerics

/// What a result's style is compared with: the statistics of the styles at each layer on each level of the pyramid.
///
/// They depend on the sizes the styles are looked at, and on nothing of the content, so that many contents can share
/// them.
public struct StyleTargets: Sendable {
    public let settings: ObjectiveSettings
    let networkDigest: String
    /// By level, in the order of the settings' style layers.
    let levels: [[StyleTarget]]

    /// Moments are averaged over the styles before anything is made of them.
    ///
    /// - Parameter styles: at any size, with weights; at least one.
    /// - Throws: `StyleTransferError` when a layer is unknown, a number out of range, or the network's activations are.
    public init(
        network: FeatureNetwork, styles: [(planes: Planes, weight: Float)],
        settings: ObjectiveSettings
    ) throws {
        try settings.validate(for: network)
        precondition(!styles.isEmpty)
        let taps = Set(settings.styleLayers.map(\.name)).subtracting([StyleTransferObjective.pixelsLayer])
        let total = styles.reduce(0) { $0 + Double($1.weight) }
        var blends = [[Moments?]](
            repeating: [Moments?](repeating: nil, count: settings.styleLayers.count), count: settings.pyramidLevels)
        for style in styles {
            let share = Double(style.weight) / total
            var planes = style.planes
            for level in 0..<settings.pyramidLevels {
                if level > 0 { planes = planes.halved }
                let extractor = FeatureExtractor(network, width: planes.width, height: planes.height, taps: taps)
                extractor.forward(planes.values)
                for (i, layer) in settings.styleLayers.enumerated() {
                    let moments = Self.moments(of: layer.name, extractor: extractor, planes)
                    blends[level][i] =
                        blends[level][i].map { $0.adding(moments, weight: share) } ?? moments.scaled(by: share)
                }
            }
        }
        for (i, layer) in settings.styleLayers.enumerated() {
            guard blends.allSatisfy({ $0[i]!.areUsable }) else { throw StyleTransferError.overflow(layer: layer.name) }
        }
        self.settings = settings
        networkDigest = network.digest
        levels = blends.map { level in
            level.map { StyleTarget($0!, loss: settings.styleLoss, kernels: network.kernels) }
        }
    }

    static func moments(of layer: String, extractor: FeatureExtractor, _ planes: Planes) -> Moments {
        layer == StyleTransferObjective.pixelsLayer
            ? extractor.network.kernels.pixelMoments(planes).standardised
            : extractor.moments(of: layer)
    }
}
