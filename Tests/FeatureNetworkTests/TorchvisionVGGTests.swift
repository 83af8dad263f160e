import Foundation
import Kernels
import Safetensors
import Testing

@testable import FeatureNetwork

/// Files named as torchvision names them, held against PyTorch in float64: see Goldens/make_goldens.py.
@Suite struct TorchvisionVGGTests {
    private static func golden(_ name: String) throws -> SafetensorsFile {
        let url = try #require(
            Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Goldens"))
        return try SafetensorsFile(path: url.path)
    }

    private func error(_ values: [Float], _ expected: [Float]) -> Double {
        let difference = zip(values, expected).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        return (difference / expected.reduce(0.0) { $0 + Double($1 * $1) }).squareRoot()
    }

    @Test(arguments: [Pooling.max, .average], KernelSet.all.indices)
    func activationsAndGradientAreThoseOfPyTorchUpToTheBorder(pooling: Pooling, variant: Int) throws {
        let network = try FeatureNetwork(
            Self.golden("vgg19"), pooling: pooling, kernels: KernelSet.all[variant])
        let golden = try Self.golden("vgg19-\(pooling)")
        let picture = try #require(golden["picture"])
        let (height, width) = (picture.shape[1], picture.shape[2])
        let extractor = FeatureExtractor(network, width: width, height: height, taps: Set(network.layerNames))
        extractor.forward(picture.values)
        #expect(network.layerNames.count == 16)
        for name in network.layerNames {
            let (activations, expected) = (extractor.activations(of: name), try #require(golden[name]))
            #expect([activations.channels, activations.height, activations.width] == expected.shape)
            // Rounding in single precision, some 1e-6 a layer with Winograd's share.
            #expect(error(activations.planar, expected.values) < 3e-5, "\(name)")
        }

        var losses: [String: LayerGradient] = [:]
        for name in ["relu1_2", "relu4_1"] {
            let activations = extractor.activations(of: name)
            let zero = FeatureMaps(
                channels: activations.channels, height: activations.height, width: activations.width)
            losses[name, default: LayerGradient()].add(differenceFrom: zero, scale: 1)
        }
        // With every layer kept, and with those alone that have a loss.
        for taps in [Set(network.layerNames), ["relu1_2", "relu4_1"]] {
            let extractor = FeatureExtractor(network, width: width, height: height, taps: taps)
            extractor.forward(picture.values)
            var gradient = [Float](repeating: 0, count: picture.values.count)
            extractor.backward(losses, addingTo: &gradient)
            // No ReLU and no maximum here is close enough to another to fall the other way.
            #expect(try error(gradient, #require(golden["gradient"]).values) < 1e-4)
        }
    }

    @Test func poolsAreOfMaximaUnlessAskedOtherwiseAndTheDigestTellsThemApart() throws {
        let file = try Self.golden("vgg19")
        let network = try FeatureNetwork(file)
        #expect(network.pooling == .max)
        let averaged = try FeatureNetwork(file, pooling: .average)
        #expect(averaged.pooling == .average && averaged.digest != network.digest)
    }

    @Test func theClassifierIsLeftOut() throws {
        var file = try Self.golden("vgg19")
        let digest = try FeatureNetwork(file).digest
        file["classifier.0.weight"] = .init(shape: [1], values: [.nan])
        #expect(try FeatureNetwork(file).digest == digest)
    }

    @Test func sixteenLayersAreKnownByTheirNumbers() throws {
        let full = try Self.golden("vgg19")
        let indices = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]
        let channels = [3, 4, 4, 5, 5, 6, 6, 6, 8, 8, 8, 8, 8, 8]
        var file = SafetensorsFile(tensors: [:])
        for (i, index) in indices.enumerated() {
            let shape = [channels[i + 1], channels[i], 3, 3]
            file["features.\(index).weight"] = .init(
                shape: shape, values: [Float](repeating: 0.1, count: shape.reduce(1, *)))
            file["features.\(index).bias"] = .init(
                shape: [shape[0]], values: [Float](repeating: 0, count: shape[0]))
        }
        #expect(
            try FeatureNetwork(file).layerNames == [
                "relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1", "relu3_2", "relu3_3", "relu4_1", "relu4_2",
                "relu4_3", "relu5_1", "relu5_2", "relu5_3",
            ])
        #expect(try FeatureNetwork(full).layerNames.contains("relu5_4"))
    }

    @Test func aPictureSmallerThanThePoolsStillHasActivations() throws {
        let network = try FeatureNetwork(Self.golden("vgg19"))
        let extractor = FeatureExtractor(network, width: 3, height: 1, taps: ["relu5_4"])
        extractor.forward([Float](repeating: 0.5, count: 9))
        #expect(extractor.activations(of: "relu5_4").planar.allSatisfy { $0.isFinite })
    }

    @Test func onlyTheLayersUpToTheDeepestTapCount() throws {
        let network = try FeatureNetwork(Self.golden("vgg19"))
        let (shallow, deep) = (network.bytesOfWeights(upTo: ["relu1_2"]), network.bytesOfWeights(upTo: ["relu5_4"]))
        #expect(shallow == Double(2 * 36 * 4 * (3 * 4 + 4 * 4)) && deep > 10 * shallow)
        #expect(network.bytesPerPixel(upTo: ["relu1_2"]) < network.bytesPerPixel(upTo: ["relu5_4"]))
        #expect(network.bytesPerPixel(upTo: []) == 0)
    }

    @Test func aFileThatIsAlmostAVGGIsRefusedWithTheReason() throws {
        let file = try Self.golden("vgg19")
        func refused(_ expected: FeatureNetworkError, _ change: (inout SafetensorsFile) -> Void) {
            var broken = file
            change(&broken)
            let file = broken
            #expect(throws: expected) { try FeatureNetwork(file) }
        }
        refused(.missingTensor("features.34.bias")) { $0["features.34.bias"] = nil }
        refused(.missingTensor("features.16.weight")) { $0["features.16.weight"] = nil }
        refused(.strangerInVGG(tensor: "features.1.weight")) { $0["features.1.weight"] = $0["features.0.bias"] }
        refused(.wrongShape(tensor: "features.2.weight", found: [4], expected: "[outputs, 4, 3, 3]")) {
            $0["features.2.weight"] = $0["features.2.bias"]
        }
    }
}
