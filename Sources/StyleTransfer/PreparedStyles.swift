import FeatureNetwork
import Imaging

/// Styles whose statistics are computed once for each of the last few sizes of a result, and shared by all contents
/// painted at them.
public final class PreparedStyles: Sendable {
    private let styles: [Stylizer.Style]
    private let network: FeatureNetwork
    private let settings: Stylizer.Settings
    /// A picture goes through four or five sizes: those of two shapes, upright and lying, say.
    private let known = SharedCache<PictureSize, StyleTargets>(capacity: 10)

    init(_ styles: [Stylizer.Style], network: FeatureNetwork, settings: Stylizer.Settings) {
        (self.styles, self.network, self.settings) = (styles, network, settings)
    }

    /// How many bytes of memory the pictures take.
    public var bytes: Int { styles.reduce(0) { $0 + $1.picture.bytes } }

    /// The same styles in the colours of a content.
    func recolored(_ preservation: ColorPreservation, like content: Picture) -> PreparedStyles {
        let recolored = styles.map { style in
            Stylizer.Style(preservation.style(style.picture, for: content), weight: style.weight)
        }
        return PreparedStyles(recolored, network: network, settings: settings)
    }

    /// The targets for a result of that size, whose area the styles are brought to, times the square of the style scale.
    func targets(for size: PictureSize) throws -> StyleTargets {
        try known.value(for: size) {
            let area = Double(size.area) * Double(settings.styleScale * settings.styleScale)
            let resized = styles.map { style in
                (style.picture.resized(to: style.picture.size.withArea(area)).planes, weight: style.weight)
            }
            return try StyleTargets(network: network, styles: resized, settings: settings.objective)
        }
    }
}
