// swift-tools-version: 6.2
import PackageDescription

// A package of its own, as another program's would be: it sees what the libraries show, and no more.
let package = Package(
    name: "Examples",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "stylize", path: "..")],
    targets: [
        .target(name: "Denoising", dependencies: [.product(name: "LearnedOptimization", package: "stylize")]),
        .executableTarget(
            name: "MinimizeAnObjective",
            dependencies: ["Denoising", .product(name: "LearnedOptimization", package: "stylize")]),
        .executableTarget(
            name: "TrainAnOptimizer",
            dependencies: ["Denoising", .product(name: "LearnedOptimization", package: "stylize")]),
        .executableTarget(
            name: "PaintAPicture",
            dependencies: [
                .product(name: "StyleTransfer", package: "stylize"),
                .product(name: "LearnedOptimization", package: "stylize"),
                .product(name: "FeatureNetwork", package: "stylize"),
                .product(name: "Files", package: "stylize"),
            ]),
    ]
)
