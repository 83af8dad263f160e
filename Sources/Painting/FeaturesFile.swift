import FeatureNetwork
import Files
import Kernels
import Safetensors

/// Networks as files: whatever goes wrong becomes a sentence with the file's name.
public enum FeaturesFile {
    /// - Parameters:
    ///   - path: `nil` stands for the built-in network.
    ///   - pooling: instead of the network's own.
    /// - Throws: `Failure`.
    public static func read(_ path: String?, pooling: Pooling?) throws -> FeatureNetwork {
        guard let path else { return .builtIn }
        try PictureFile.check(path)
        return try File.read(path, ifRecognized: SafetensorsFile.isReadable) {
            try FeatureNetwork(safetensors: $0, pooling: pooling)
        }
    }
}
