internal import DefaultWeights

extension LearnedOptimizer {
    /// The optimizer of `weights/optimizer.safetensors`: the quasi-Newton preset, trained on style transfers.
    public static let builtIn = try! LearnedOptimizer(
        safetensors: Array(UnsafeRawBufferPointer(start: default_optimizer(), count: default_optimizer_size())))
}
