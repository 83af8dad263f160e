import DefaultWeights
import FeatureNetwork
import Files

extension FeatureNetwork {
    /// The network that is part of the program.
    public static var builtIn: FeatureNetwork {
        get throws {
            let weights = UnsafeRawBufferPointer(start: default_features(), count: default_features_size())
            do {
                return try FeatureNetwork(safetensors: Array(weights))
            } catch {
                throw Failure(.unmade, "the built-in network cannot be read: \(error).")
            }
        }
    }
}
