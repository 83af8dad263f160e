import ArgumentParser
import Kernels

/// Whose activations are compared.
struct NetworkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A network of your own: see docs/networks.md.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var features: String?

    @Option(help: ArgumentHelp("Its pools, not its own.", valueName: "name"))
    var pooling: Pooling?

    func validate() throws {
        try require(pooling == nil || features != nil, "--pooling goes with --features.")
    }
}

extension Pooling: ExpressibleByArgument {}
