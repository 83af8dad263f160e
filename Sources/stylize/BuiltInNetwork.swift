import DefaultWeights
import FeatureNetwork

extension FeatureNetwork {
    /// The network that is part of the program.
    static var builtIn: FeatureNetwork {
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
