import ArgumentParser
import Foundation
import StyleTransfer

/// A group of options that can be written down again.
protocol Recordable: ParsableArguments {
    /// What the picture depends on, one `--option value` a piece; defaults too, as a later version may have others.
    var recorded: [String] { get }
}

extension Recordable {
    /// The options that say something else than their defaults.
    var given: [String] {
        let ordinary = try! Self.parse([]).recorded
        return recorded.filter { !ordinary.contains($0) }
    }
}

extension PictureOptions: Recordable {
    var recorded: [String] {
        let name = { URL(filePath: $0).lastPathComponent }
        return (content.map { Self.recorded(content: $0, styles: style, shares: styleBlend?.numbers) } ?? [])
            + option("--mask", mask.map(name)) + styleMask.flatMap { option("--style-mask", name($0)) }
    }

    /// Names without their folders: a picture that is passed on should not tell where its owner keeps things.
    static func recorded(content: String, styles: [String], shares: [Float]?) -> [String] {
        let name = { URL(filePath: $0).lastPathComponent }
        let blend = shares.flatMap { Set($0).count > 1 ? NumberList(numbers: $0) : nil }
        return option("--content", name(content)) + styles.flatMap { option("--style", name($0)) }
            + option("--style-blend", blend?.description)
    }
}

extension ResultOptions: Recordable {
    var recorded: [String] {
        option("--size", size) + option("--depth", depth.rawValue) + option("--quality", quality)
            + (keepProfile ? ["--keep-profile"] : []) + (keepMetadata ? ["--keep-metadata"] : [])
    }
}

extension LookOptions: Recordable {
    var recorded: [String] {
        let start =
            switch start {
            case .file(let path): StartingPoint.file(URL(filePath: path).lastPathComponent)
            default: start
            }
        return option("--content-weight", contentWeight) + option("--style-weight", styleWeight)
            + option("--tv-weight", tvWeight) + option("--style-loss", styleLoss.rawValue)
            + option("--style-scale", styleScale) + option("--init", start)
            + option("--preserve-color", preserveColor?.rawValue) + option("--strength", strength)
            + option("--seed", seed)
    }
}

extension RunOptions: Recordable {
    var recorded: [String] { option("--steps", steps) }
}

extension NetworkOptions: Recordable {
    var recorded: [String] {
        option("--features", features.map { URL(filePath: $0).lastPathComponent })
            + option("--pooling", pooling?.rawValue)
    }
}

extension ObjectiveOptions: Recordable {
    var recorded: [String] {
        // Without a name they are the network's.
        let defaults = network.features == nil ? ObjectiveSettings() : nil
        let content = contentLayers ?? defaults.map { LayerList(layers: $0.contentLayers) }
        let style = styleLayers ?? defaults.map { LayerList(layers: $0.styleLayers) }
        return network.recorded + option("--content-layers", content) + option("--style-layers", style)
            + option("--pyramid-levels", pyramidLevels)
    }
}

extension OptimizerOptions: Recordable {
    var recorded: [String] {
        option("--optimizer", optimizer)
            + option("--optimizer-weights", optimizerWeights.map { URL(filePath: $0).lastPathComponent })
            + option("--learning-rate", learningRate) + option("--history", history)
    }

    /// What took part when nobody named an optimizer.
    func recordedChoice(_ taken: Stylizer.Optimizer) -> [String] {
        optimizer == nil ? option("--optimizer", OptimizerChoice(taken)) : []
    }
}

extension BatchCommand {
    /// All that a painting depends on besides the pictures.
    var recordedSettings: [String] {
        result.recorded + look.recorded + running.recorded + objective.recorded + optimization.recorded
    }
}

extension Stylize: Recordable {
    var recorded: [String] { pictures.recorded + recordedSettings }
}

/// `--name value`, or nothing when there is no value.
func option(_ name: String, _ value: (some CustomStringConvertible)?) -> [String] {
    value.map { ["\(name) \(quoted($0.description))"] } ?? []
}

/// The word as a shell reads it back.
private func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:,+=@%".contains($0)) }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
}

// Of commands that take many pictures, all that was asked for and nothing else: it is not passed on.

extension PictureSetOptions: Recordable {
    var recorded: [String] {
        content.flatMap { option("--content", $0) } + style.flatMap { option("--style", $0) }
    }
}

extension TrainingDataOptions: Recordable {
    var recorded: [String] {
        network.recorded + pictures.recorded + validationContent.flatMap { option("--validation-content", $0) }
            + validationStyle.flatMap { option("--validation-style", $0) } + option("--drawn", drawn)
            + option("--size", size) + (fixed ? ["--fixed"] : []) + option("--style-loss", styleLoss?.rawValue)
            + option("--pyramid-levels", pyramidLevels) + option("--objective", objective?.rawValue)
    }
}

extension TrainingMethodOptions: Recordable {
    var recorded: [String] {
        length.recorded + option("--from", from) + option("--preset", preset) + option("--hidden", hidden)
            + option("--layers", layers) + option("--horizon", horizon) + option("--batch", batch)
            + option("--meta-learning-rate", metaLearningRate) + option("--seed", seed)
    }
}

extension ReadingOptions: Recordable {
    var recorded: [String] { option("--max-pixels", maxPixels) }
}

extension TrainingRunOptions: Recordable {
    /// What `--resume` needs to find its files.
    var recorded: [String] { option("--checkpoints", checkpoints) }
}

extension TrainFeaturesOptions: Recordable {
    var recorded: [String] {
        option("--teacher", teacher) + images.flatMap { option("--images", $0) }
            + validationImages.flatMap { option("--validation-images", $0) }
            + length.recorded + option("--channels", channels)
            + option("--pooling", pooling?.rawValue) + option("--batch", batch) + option("--crop", crop)
            + option("--learning-rate", learningRate)
            + option("--seed", seed)
    }
}
