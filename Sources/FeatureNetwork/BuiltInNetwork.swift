internal import DefaultWeights

extension FeatureNetwork {
    /// The network of `weights/features.safetensors`.
    public static let builtIn = try! FeatureNetwork(
        safetensors: Array(UnsafeRawBufferPointer(start: default_features(), count: default_features_size())))
}
