import ArgumentParser
import FeatureNetwork
import Kernels
import Painting

/// Whose activations are compared.
struct NetworkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A network of your own: see the README.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var features: String?

    @Option(help: ArgumentHelp("Its pools, not its own.", valueName: "name"))
    var pooling: Pooling?

    func validate() throws {
        try require(pooling == nil || features != nil, "--pooling goes with --features.")
    }

    /// Reads the network that is named, or takes the built-in one.
    func network() throws -> FeatureNetwork {
        try features.map { try FeaturesFile.read($0, pooling: pooling) } ?? .builtIn
    }
}

extension Pooling: ExpressibleByArgument {}
