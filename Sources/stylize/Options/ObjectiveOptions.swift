import ArgumentParser
import Painting
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

    func apply(to request: inout PaintingRequest) {
        (request.features, request.pooling) = (network.features, network.pooling)
        (request.contentLayers, request.styleLayers) = (contentLayers, styleLayers)
        request.settings.objective.pyramidLevels = pyramidLevels
    }

    private static func list(_ layers: [ObjectiveSettings.Layer]) -> String {
        LayerList(layers).defaultValueDescription
    }
}
