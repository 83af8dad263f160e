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
        .library(name: "Painting", targets: ["Painting"]),
        .library(name: "Files", targets: ["Files"]),
        .library(name: "TrainingSessions", targets: ["TrainingSessions"]),
        .library(name: "StyleTransfer", targets: ["StyleTransfer"]),
        .library(name: "LearnedOptimization", targets: ["LearnedOptimization"]),
        .library(name: "FeatureNetwork", targets: ["FeatureNetwork"]),
        .library(name: "FeatureTraining", targets: ["FeatureTraining"]),
        .library(name: "Imaging", targets: ["Imaging"]),
        .library(name: "Kernels", targets: ["Kernels"]),
        .library(name: "Numerics", targets: ["Numerics"]),
        .library(name: "Safetensors", targets: ["Safetensors"]),
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
                "Painting", "Files", "StyleTransfer", "LearnedOptimization", "FeatureNetwork", "FeatureTraining",
                "TrainingSessions", "Imaging", "DrawnPictures", "Kernels", "Numerics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: optimized),

        // MARK: - Library modules

        .target(
            name: "Painting",
            dependencies: [
                "Files", "StyleTransfer", "LearnedOptimization", "FeatureNetwork", "FeatureTraining",
                "TrainingSessions", "Imaging", "DrawnPictures", "PictureMetrics", "Charts", "Kernels", "Numerics",
                "Safetensors", "SwiftCSV",
            ],
            swiftSettings: optimized),
        .target(name: "Files", dependencies: ["Imaging", "Numerics"], swiftSettings: optimized),
        .target(
            name: "StyleTransfer",
            dependencies: ["LearnedOptimization", "FeatureNetwork", "DrawnPictures", "Imaging", "Kernels", "Numerics"],
            swiftSettings: optimized),
        .target(
            name: "LearnedOptimization",
            dependencies: ["TrainingSessions", "Kernels", "Numerics", "Safetensors", "DefaultWeights"],
            swiftSettings: optimized),
        .target(
            name: "FeatureNetwork", dependencies: ["Kernels", "Safetensors", "DefaultWeights"],
            swiftSettings: optimized),
        .target(
            name: "FeatureTraining",
            dependencies: ["TrainingSessions", "FeatureNetwork", "Imaging", "Kernels", "Numerics", "Safetensors"],
            swiftSettings: optimized),
        .target(name: "TrainingSessions", dependencies: ["Safetensors"], swiftSettings: optimized),
        .target(name: "Safetensors", swiftSettings: optimized),
        .target(name: "Imaging", dependencies: ["CImageCodecs", "CLCMS", "Numerics"], swiftSettings: optimized),
        .target(name: "PictureMetrics", dependencies: ["Imaging", "Kernels", "Numerics"], swiftSettings: optimized),
        .target(name: "Charts", dependencies: ["Imaging"], swiftSettings: optimized),
        .target(name: "DrawnPictures", dependencies: ["Imaging", "Numerics"], swiftSettings: optimized),
        .target(name: "Kernels", dependencies: ["CNeuralKernels", "Numerics"], swiftSettings: optimized),
        .target(name: "Numerics", swiftSettings: optimized),

        // MARK: - C and system modules

        .target(name: "CNeuralKernels", cSettings: optimizedC),
        .target(
            name: "CImageCodecs", dependencies: ["CPNG", "CJPEG"], cSettings: optimizedC,
            // PNG's own, for text that libpng would inflate without a limit.
            linkerSettings: [.linkedLibrary("z")]),
        .target(name: "DefaultWeights", cSettings: optimizedC),
        .systemLibrary(
            name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(
            name: "CLCMS", pkgConfig: "lcms2", providers: [.apt(["liblcms2-dev"]), .brew(["little-cms2"])]),

        // MARK: - Tests

        .testTarget(
            name: "PaintingTests", dependencies: ["Painting", "Files", "Imaging", "StyleTransfer", "Kernels"],
            swiftSettings: optimized),
        .testTarget(name: "FilesTests", dependencies: ["Files", "Imaging"], swiftSettings: optimized),
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
            name: "TrainingSessionsTests", dependencies: ["TrainingSessions", "Safetensors"], swiftSettings: optimized),
        .testTarget(
            name: "LearnedOptimizationTests",
            dependencies: ["LearnedOptimization", "TrainingSessions", "Safetensors", "Kernels", "Numerics"],
            swiftSettings: optimized),
        .testTarget(
            name: "FeatureNetworkTests",
            dependencies: ["FeatureNetwork", "Kernels", "Numerics", "Safetensors"],
            exclude: ["Goldens/make_goldens.py"],
            resources: [.copy("Goldens")],
            swiftSettings: optimized),
        .testTarget(
            name: "FeatureTrainingTests",
            dependencies: [
                "FeatureTraining", "TrainingSessions", "FeatureNetwork", "Safetensors", "Imaging", "Kernels",
                "Numerics",
            ],
            exclude: ["Goldens/make_goldens.py"],
            resources: [.copy("Goldens")],
            swiftSettings: optimized),
        .testTarget(
            name: "StyleTransferTests",
            dependencies: [
                "StyleTransfer", "LearnedOptimization", "FeatureNetwork", "Safetensors", "Imaging", "DrawnPictures",
                "Kernels", "Numerics",
            ],
            exclude: ["Goldens/make_goldens.py"],
            resources: [.copy("Goldens")],
            swiftSettings: optimized),
        .testTarget(
            name: "StylizeTests",
            dependencies: [
                "stylize", "Painting", "Files", "StyleTransfer", "LearnedOptimization", "FeatureNetwork", "Imaging",
                "DrawnPictures", "Kernels", "Numerics", "Safetensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: optimized),
    ],
    cLanguageStandard: .c2x
)

// Scripts/documentation.sh: nobody else has to fetch the plugin.
if Context.environment["STYLIZE_DOCUMENTATION"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
