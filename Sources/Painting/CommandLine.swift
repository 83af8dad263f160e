import Files
import Foundation
import StyleTransfer

/// A request in words: as the command line that repeats it.
extension PaintingRequest {
    /// Files go by their names alone: a picture that is passed on should not tell where its owner keeps things.
    public var commandLine: String {
        let blend = Set(shares).count > 1 ? NumberList(shares) : nil
        let pictures =
            option("--content", fileName(content)) + styles.flatMap { option("--style", fileName($0)) }
            + option("--style-blend", blend) + option("--mask", mask.map(fileName))
            + styleMasks.flatMap { option("--style-mask", fileName($0)) }
        return (["stylize"] + pictures + options).joined(separator: " ")
    }

    /// What the painting depends on besides the pictures, one `--option value` a piece; defaults too, as a later version
    /// may have others.
    public var options: [String] { values.flatMap { option($0.name, $0.value?.description) } }

    /// The names of all options, which are the settings of a painting: `--size`.
    static let optionNames = PaintingRequest().values.map(\.name)
    /// Of those that have no value.
    static let flagNames: Set = ["--keep-profile", "--keep-metadata"]

    private var values: [(name: String, value: (any CustomStringConvertible)?)] {
        let objective = settings.objective
        var start = start
        if case .file(let path) = start { start = .file(fileName(path)) }
        // Without a name they are the network's.
        let layers = features == nil ? ObjectiveSettings() : nil
        return [
            ("--size", settings.size), ("--depth", depth.rawValue), ("--quality", quality),
            ("--keep-profile", keepsProfile ? "" : nil), ("--keep-metadata", keepsMetadata ? "" : nil),
            ("--content-weight", objective.contentWeight), ("--style-weight", objective.styleWeight),
            ("--tv-weight", objective.totalVariationWeight), ("--style-loss", objective.styleLoss.rawValue),
            ("--style-scale", settings.styleScale), ("--init", start),
            ("--preserve-color", settings.colorPreservation?.rawValue), ("--strength", settings.strength),
            ("--seed", settings.seed), ("--steps", settings.steps),
            ("--features", features.map(fileName)), ("--pooling", pooling?.rawValue),
            ("--content-layers", contentLayers ?? layers.map { LayerList($0.contentLayers) }),
            ("--style-layers", styleLayers ?? layers.map { LayerList($0.styleLayers) }),
            ("--pyramid-levels", objective.pyramidLevels), ("--optimizer", optimizer),
            ("--optimizer-weights", optimizerWeights.map(fileName)), ("--learning-rate", settings.learningRate),
            ("--history", settings.history),
        ]
    }

    /// The options that say something else than their defaults.
    public var given: [String] {
        let ordinary = PaintingRequest().options
        return options.filter { !ordinary.contains($0) }
    }
}

/// `--name value`, `--name` alone for an empty value, or nothing when there is none.
public func option(_ name: String, _ value: (some CustomStringConvertible)?) -> [String] {
    value.map { $0.description.isEmpty ? [name] : ["\(name) \(quoted($0.description))"] } ?? []
}

/// The word as a shell reads it back.
private func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:,+=@%".contains($0)) }
    return plain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
}
