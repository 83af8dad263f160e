// swift-tools-version: 6.2
import PackageDescription

// A package of its own: nothing else is built for it, or with the sanitizers it is run under.
let package = Package(
    name: "Fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "stylize", path: "..")],
    targets: [
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                .product(name: "FeatureNetwork", package: "stylize"),
                .product(name: "Imaging", package: "stylize"),
                .product(name: "Kernels", package: "stylize"),
                .product(name: "LearnedOptimization", package: "stylize"),
                .product(name: "Numerics", package: "stylize"),
                .product(name: "Safetensors", package: "stylize"),
            ])
    ]
)
