/// A small VGG-like convolutional network.
public struct FeatureNetwork: Sendable {
    /// Reads a network from the bytes of a safetensors file.
    /// - Throws: `FeatureNetworkError` or `SafetensorsError` with a sentence that says what is wrong.
    public init(safetensors bytes: [UInt8]) throws {
    }
}
