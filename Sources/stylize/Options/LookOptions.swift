import ArgumentParser
import Painting
import StyleTransfer

/// What the result looks like.
struct LookOptions: ParsableArguments {
    private static let defaults = Stylizer.Settings()

    @Option(help: ArgumentHelp("Weight of the content (alpha).", valueName: "n"))
    var contentWeight = defaults.objective.contentWeight

    @Option(help: ArgumentHelp("Weight of the style (beta).", valueName: "n"))
    var styleWeight = defaults.objective.styleWeight

    @Option(help: ArgumentHelp("Weight of smoothness, against speckle.", valueName: "n"))
    var tvWeight = defaults.objective.totalVariationWeight

    @Option(help: ArgumentHelp("How style is compared.", valueName: "name"))
    var styleLoss = defaults.objective.styleLoss

    @Option(help: ArgumentHelp("Size of the strokes: larger is broader.", valueName: "n"))
    var styleScale = defaults.styleScale

    @Option(name: .customLong("init"), help: ArgumentHelp("Start: content, noise or a file.", valueName: "start"))
    var start = StartingPoint.content

    @Option(help: ArgumentHelp("How to keep the content's colours.", valueName: "way"))
    var preserveColor: ColorPreservation?

    @Option(help: ArgumentHelp("How much of the painting shows, 0 to 1.", valueName: "n"))
    var strength = defaults.strength

    @Option(help: ArgumentHelp("Start of the random numbers.", valueName: "n"))
    var seed = defaults.seed

    func validate() throws {
        try requireWeight(contentWeight, "--content-weight")
        try requireWeight(styleWeight, "--style-weight")
        try requireWeight(tvWeight, "--tv-weight")
        try require(contentWeight + styleWeight > 0, "--content-weight and --style-weight cannot both be 0.")
        try require((0...1).contains(strength), "--strength is from 0 to 1, not \(strength).")
        try require(styleScale.isFinite && styleScale > 0, "--style-scale is more than 0, not \(styleScale).")
    }

    func apply(to request: inout PaintingRequest) {
        request.settings.objective.contentWeight = contentWeight
        request.settings.objective.styleWeight = styleWeight
        request.settings.objective.totalVariationWeight = tvWeight
        request.settings.objective.styleLoss = styleLoss
        request.settings.styleScale = styleScale
        request.settings.colorPreservation = preserveColor
        request.settings.strength = strength
        request.settings.seed = seed
        request.start = start
    }
}
