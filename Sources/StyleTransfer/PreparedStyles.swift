import FeatureNetwork
import Imaging

/// Styles whose statistics are computed once for each of the last few sizes of a result, and shared by all contents
/// painted at them.
public final class PreparedStyles: Sendable {
    private struct Size: Equatable {
        var width: Int
        var height: Int
    }

    private let styles: [Stylizer.Style]
    private let network: FeatureNetwork
    private let settings: Stylizer.Settings
    /// A picture goes through four or five sizes: those of two shapes, upright and lying, say.
    private let known = SharedCache<Size, StyleTargets>(capacity: 10)

    init(_ styles: [Stylizer.Style], network: FeatureNetwork, settings: Stylizer.Settings) {
        (self.styles, self.network, self.settings) = (styles, network, settings)
    }

    /// The same styles in the colours of a content.
    func recolored(_ preservation: ColorPreservation, like content: Picture) -> PreparedStyles {
        let recolored = styles.map { style in
            Stylizer.Style(preservation.style(style.picture, for: content), weight: style.weight)
        }
        return PreparedStyles(recolored, network: network, settings: settings)
    }

    /// The targets for a result of that size, whose area the styles are brought to, times the square of the style scale.
    func targets(width: Int, height: Int) throws -> StyleTargets {
        try known.value(for: Size(width: width, height: height)) {
            let area = Double(width * height) * Double(settings.styleScale * settings.styleScale)
            let images = styles.map { style in
                let size = style.picture.size(withArea: area)
                return (
                    image: StyleTransferObjective.Image(style.picture.resized(width: size.width, height: size.height)),
                    weight: style.weight
                )
            }
            return try StyleTargets(network: network, styles: images, settings: settings.objective)
        }
    }
}
