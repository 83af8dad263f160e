import ArgumentParser
import FeatureNetwork
import StyleTransfer

/// Where content and style are compared.
struct ObjectiveOptions: ParsableArguments {
    private static let defaults = ObjectiveSettings()

    @OptionGroup var network: NetworkOptions

    @Option(
        help: ArgumentHelp(
            "Where content is compared, as name:weight,... (default: \(list(defaults.contentLayers)))",
            valueName: "list"))
    var contentLayers: LayerList?

    @Option(
        help: ArgumentHelp(
            "Where style is compared, as name:weight,... (default: \(list(defaults.styleLayers)))",
            valueName: "list"))
    var styleLayers: LayerList?

    @Option(help: ArgumentHelp("Sizes that style is compared at.", valueName: "n"))
    var pyramidLevels = defaults.pyramidLevels

    func validate() throws {
        try require(pyramidLevels >= 1, "--pyramid-levels is at least 1, not \(pyramidLevels).")
    }

    func apply(to settings: inout Stylizer.Settings) {
        applyLayers(to: &settings, orElse: Self.defaults)
        settings.objective.pyramidLevels = pyramidLevels
    }

    /// The layers that are named, or else those that suit the network.
    func applyLayers(to settings: inout Stylizer.Settings, of network: FeatureNetwork) {
        applyLayers(to: &settings, orElse: ObjectiveSettings(for: network))
    }

    private func applyLayers(to settings: inout Stylizer.Settings, orElse defaults: ObjectiveSettings) {
        settings.objective.contentLayers = contentLayers?.layers ?? defaults.contentLayers
        settings.objective.styleLayers = styleLayers?.layers ?? defaults.styleLayers
    }

    private static func list(_ layers: [ObjectiveSettings.Layer]) -> String {
        LayerList(layers: layers).defaultValueDescription
    }
}
