// swift-tools-version: 6.2
import PackageDescription

// `swift run` and `swift test` build debug, and unoptimised arithmetic is two orders of magnitude slower.
// SwiftPM puts a target's own flags after its own, so these win in debug and change nothing in release.
let optimized: [SwiftSetting] = [.unsafeFlags(["-O"])]
let optimizedC: [CSetting] = [.unsafeFlags(["-O3"])]

let package = Package(
    name: "stylize",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "stylize", targets: ["stylize"]),
        .library(name: "StyleTransfer", targets: ["StyleTransfer"]),
        .library(name: "LearnedOptimization", targets: ["LearnedOptimization"]),
        .library(name: "FeatureNetwork", targets: ["FeatureNetwork"]),
        .library(name: "FeatureTraining", targets: ["FeatureTraining"]),
        .library(name: "Imaging", targets: ["Imaging"]),
        .library(name: "Kernels", targets: ["Kernels"]),
        .library(name: "Numerics", targets: ["Numerics"]),
        .library(name: "Safetensors", targets: ["Safetensors"]),
        .library(name: "DefaultWeights", targets: ["DefaultWeights"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    ],
    targets: [
        // MARK: - Product

        .executableTarget(
            name: "stylize",
            dependencies: [
                "StyleTransfer", "LearnedOptimization", "FeatureNetwork", "FeatureTraining", "Imaging",
                "PictureMetrics", "DrawnPictures", "Charts", "DefaultWeights", "Kernels", "Numerics", "Safetensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"), "SwiftCSV",
            ],
            swiftSettings: optimized),

        // MARK: - Library modules

        .target(
            name: "StyleTransfer",
            dependencies: ["LearnedOptimization", "FeatureNetwork", "Imaging", "Kernels", "Numerics"],
            swiftSettings: optimized),
        .target(
            name: "LearnedOptimization", dependencies: ["Kernels", "Numerics", "Safetensors"], swiftSettings: optimized),
        .target(name: "FeatureNetwork", dependencies: ["Kernels", "Safetensors"], swiftSettings: optimized),
        .target(
            name: "FeatureTraining", dependencies: ["FeatureNetwork", "Imaging", "Kernels", "Numerics", "Safetensors"],
            swiftSettings: optimized),
        .target(name: "Safetensors", swiftSettings: optimized),
        .target(name: "Imaging", dependencies: ["CImageCodecs", "CLCMS", "Numerics"], swiftSettings: optimized),
        .target(name: "PictureMetrics", dependencies: ["Imaging", "Kernels", "Numerics"], swiftSettings: optimized),
        .target(name: "Charts", dependencies: ["Imaging"], swiftSettings: optimized),
        .target(name: "DrawnPictures", dependencies: ["Imaging", "Numerics"], swiftSettings: optimized),
        .target(name: "Kernels", dependencies: ["CNeuralKernels", "Numerics"], swiftSettings: optimized),
        .target(name: "Numerics", swiftSettings: optimized),

        // MARK: - C and system modules

        .target(name: "CNeuralKernels", cSettings: optimizedC),
        .target(name: "CImageCodecs", dependencies: ["CPNG", "CJPEG"], cSettings: optimizedC),
        .target(name: "DefaultWeights", cSettings: optimizedC),
        .systemLibrary(
            name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(
            name: "CLCMS", pkgConfig: "lcms2", providers: [.apt(["liblcms2-dev"]), .brew(["little-cms2"])]),

        // MARK: - Tests

        .testTarget(name: "NumericsTests", dependencies: ["Numerics"], swiftSettings: optimized),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "Numerics"], swiftSettings: optimized),
        .testTarget(name: "SafetensorsTests", dependencies: ["Safetensors", "Numerics"], swiftSettings: optimized),
        .testTarget(
            name: "ImagingTests",
            dependencies: ["Imaging", "Numerics"],
            exclude: ["Fixtures/make_fixtures.py", "Fixtures/color_profiles.py"],
            resources: [.copy("Fixtures")],
            swiftSettings: optimized),
        .testTarget(
            name: "DrawnPicturesTests", dependencies: ["DrawnPictures", "Imaging", "Numerics"],
            swiftSettings: optimized),
        .testTarget(
            name: "PictureMetricsTests", dependencies: ["PictureMetrics", "Imaging", "Numerics"],
            swiftSettings: optimized),
        .testTarget(name: "ChartsTests", dependencies: ["Charts", "Imaging"], swiftSettings: optimized),
        .testTarget(
            name: "LearnedOptimizationTests",
            dependencies: ["LearnedOptimization", "Kernels", "Numerics", "Safetensors"],
            swiftSettings: optimized),
        .testTarget(
            name: "FeatureNetworkTests",
            dependencies: ["FeatureNetwork", "Kernels", "Numerics", "Safetensors"],
            exclude: ["Goldens/make_goldens.py"],
            resources: [.copy("Goldens")],
            swiftSettings: optimized),
        .testTarget(
            name: "FeatureTrainingTests",
            dependencies: ["FeatureTraining", "FeatureNetwork", "Safetensors", "Imaging", "Kernels", "Numerics"],
            exclude: ["Goldens/make_goldens.py"],
            resources: [.copy("Goldens")],
            swiftSettings: optimized),
        .testTarget(
            name: "StyleTransferTests",
            dependencies: [
                "StyleTransfer", "LearnedOptimization", "FeatureNetwork", "Safetensors", "Imaging", "DrawnPictures",
                "DefaultWeights", "Kernels", "Numerics",
            ],
            exclude: ["Goldens/make_goldens.py"],
            resources: [.copy("Goldens")],
            swiftSettings: optimized),
        .testTarget(
            name: "StylizeTests",
            dependencies: [
                "stylize", "StyleTransfer", "LearnedOptimization", "FeatureNetwork", "Imaging", "DrawnPictures",
                "Kernels", "Numerics", "Safetensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: optimized),
    ],
    cLanguageStandard: .c2x
)
