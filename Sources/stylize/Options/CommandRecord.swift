import ArgumentParser
import Files
import Painting

/// A group of options that can be written down again.
protocol Recordable: ParsableArguments {
    /// What was asked for, one `--option value` a piece.
    var recorded: [String] { get }
}

extension Recordable {
    /// The options that say something else than their defaults.
    var given: [String] {
        let ordinary = try! Self.parse([]).recorded
        return recorded.filter { !ordinary.contains($0) }
    }
}

extension NetworkOptions: Recordable {
    var recorded: [String] {
        option("--features", features.map(fileName))
            + option("--pooling", pooling?.rawValue)
    }
}

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
        length.recorded + option("--from", from) + option("--preset", preset?.name) + option("--hidden", hidden)
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
