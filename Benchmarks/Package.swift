// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that ordinary builds never resolve what only measuring needs.
let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "stylize", path: "..")],
    targets: [
        .executableTarget(
            name: "StepBenchmark",
            dependencies: [
                .product(name: "StyleTransfer", package: "stylize"),
                .product(name: "FeatureNetwork", package: "stylize"),
                .product(name: "FeatureTraining", package: "stylize"),
                .product(name: "Imaging", package: "stylize"),
                .product(name: "Kernels", package: "stylize"),
                .product(name: "Numerics", package: "stylize"),
                .product(name: "Safetensors", package: "stylize"),
            ])
    ]
)
