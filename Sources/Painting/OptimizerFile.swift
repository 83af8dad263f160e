import FeatureNetwork
import Files
import LearnedOptimization
import Safetensors

/// Learned optimizers as files: whatever goes wrong becomes a sentence with the file's name.
public enum OptimizerFile {
    /// What the record of an optimizer trained on style transfers calls the network's digest.
    public static let networkKey = "trained-for"

    /// - Parameter network: what the optimizer is to be used with, if with any.
    public static func read(_ path: String, for network: FeatureNetwork?) throws -> LearnedOptimizer {
        try PictureFile.check(path)
        let learned = try File.read(path, ifRecognized: SafetensorsFile.isReadable) {
            try LearnedOptimizer(safetensors: $0)
        }
        if let network, !learned.isTrained(for: network) {
            throw Failure(
                .input, "\(path) was trained for another network; train one for this with stylize train-optimizer.")
        }
        return learned
    }
}

extension LearnedOptimizer {
    /// Whether it was trained with this network. One that was trained on simple functions is for none, and may be tried
    /// on any.
    public func isTrained(for network: FeatureNetwork) -> Bool {
        record[OptimizerFile.networkKey].map { $0 == network.digest } ?? true
    }
}
