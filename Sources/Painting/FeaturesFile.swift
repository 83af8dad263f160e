import FeatureNetwork
import Files
import Kernels

/// Networks as files: whatever goes wrong becomes a sentence with the file's name.
public enum FeaturesFile {
    /// - Parameter pooling: instead of the network's own.
    public static func read(_ path: String, pooling: Pooling?) throws -> FeatureNetwork {
        try PictureFile.check(path)
        do {
            return try FeatureNetwork(safetensors: File.read(path), pooling: pooling)
        } catch {
            throw Failure(.input, "\(path) cannot be read: \(error).")
        }
    }
}
