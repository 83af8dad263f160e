import ArgumentParser
import StyleTransfer

/// Where content and style are compared.
struct ObjectiveOptions: ParsableArguments {
    private static let defaults = ObjectiveSettings()

    @Option(help: ArgumentHelp("Where content is compared, as name:weight,...", valueName: "layers"))
    var contentLayers = LayerList(layers: defaults.contentLayers)

    @Option(help: ArgumentHelp("Where style is compared, as name:weight,...", valueName: "layers"))
    var styleLayers = LayerList(layers: defaults.styleLayers)

    @Option(help: ArgumentHelp("Sizes that style is compared at.", valueName: "n"))
    var pyramidLevels = defaults.pyramidLevels

    func validate() throws {
        try require(pyramidLevels >= 1, "--pyramid-levels is at least 1, not \(pyramidLevels).")
    }

    func apply(to settings: inout Stylizer.Settings) {
        settings.objective.contentLayers = contentLayers.layers
        settings.objective.styleLayers = styleLayers.layers
        settings.objective.pyramidLevels = pyramidLevels
    }
}
