import Kernels
import Numerics
import Safetensors
import Testing

@testable import FeatureNetwork

/// A network of random weights with as many channels as named, whose activations keep their size from layer to layer
/// (He et al. 2015).
func randomNetwork(_ architecture: String, channels: [Int], seed: UInt64 = 1) -> SafetensorsFile {
    var generator = SplitMix64(seed: seed)
    var tensors: [String: SafetensorsFile.Tensor] = [:]
    var inputs = 3
    for (name, outputs) in zip(architecture.split(separator: " ").filter { $0 != "pool" }, channels) {
        let deviation = (2 / Float(9 * inputs)).squareRoot()
        let weights = (0..<outputs * inputs * 9).map { _ in (generator.nextUnit() - 0.5) * 3.46 * deviation }
        tensors["\(name).weight"] = .init(shape: [outputs, inputs, 3, 3], values: weights)
        tensors["\(name).bias"] = .init(
            shape: [outputs], values: (0..<outputs).map { _ in generator.nextUnit() - 0.3 })
        inputs = outputs
    }
    return SafetensorsFile(tensors: tensors, metadata: ["architecture": architecture])
}

@Suite struct FeatureNetworkTests {
    private let file = randomNetwork("conv1_1 pool conv2_1 conv2_2", channels: [4, 20, 8])

    @Test func layersAreNamedAfterTheirConvolutions() throws {
        #expect(try FeatureNetwork(file).layerNames == ["relu1_1", "relu2_1", "relu2_2"])
        #expect(try FeatureNetwork(safetensors: file.bytes).layerNames == ["relu1_1", "relu2_1", "relu2_2"])
    }

    @Test func theDigestTellsNetworksApart() throws {
        let digest = try FeatureNetwork(file).digest
        #expect(digest.count == 16)
        #expect(try FeatureNetwork(safetensors: file.bytes).digest == digest)
        var other = file
        other.metadata["note"] = "words do not matter"
        #expect(try FeatureNetwork(other).digest == digest)
        // One bit, the lowest or the highest, of one value of each tensor.
        for (name, tensor) in file.tensors {
            for bit: UInt32 in [1, 1 << 31] {
                var values = tensor.values
                values[values.count - 1] = Float(bitPattern: values[values.count - 1].bitPattern ^ bit)
                var changed = file
                changed[name] = .init(shape: tensor.shape, values: values)
                #expect(try FeatureNetwork(changed).digest != digest)
            }
        }
        other.metadata["architecture"] = "conv1_1 conv2_1 pool conv2_2"
        #expect(try FeatureNetwork(other).digest != digest)
    }

    @Test func aFileThatIsNoNetworkIsRefusedWithTheReason() {
        func refused(_ expected: FeatureNetworkError, _ change: (inout SafetensorsFile) -> Void) {
            var broken = file
            change(&broken)
            let file = broken
            #expect(throws: expected) { try FeatureNetwork(file) }
        }
        refused(.noArchitecture) { $0.metadata = [:] }
        refused(.noArchitecture) { $0.metadata["architecture"] = "" }
        refused(.unknownPart("fc6")) { $0.metadata["architecture"] = "conv1_1 fc6" }
        refused(.repeatedPart("conv1_1")) { $0.metadata["architecture"] = "conv1_1 conv2_1 conv1_1" }
        refused(.startsWithPool) { $0.metadata["architecture"] = "pool conv1_1" }
        refused(.startsWithPool) { $0.metadata["architecture"] = "conv1_1 pool pool conv2_1" }
        refused(.missingTensor("conv2_1.bias")) { $0["conv2_1.bias"] = nil }
        refused(.wrongShape(tensor: "conv1_1.weight", found: [2, 2], expected: "[outputs, 3, 3, 3]")) {
            $0["conv1_1.weight"] = .init(shape: [2, 2], values: [1, 2, 3, 4])
        }
        refused(.wrongShape(tensor: "conv2_1.weight", found: [4, 3, 3, 3], expected: "[outputs, 4, 3, 3]")) {
            $0["conv2_1.weight"] = $0["conv1_1.weight"]
        }
        refused(.wrongShape(tensor: "conv1_1.bias", found: [20], expected: "[4]")) {
            $0["conv1_1.bias"] = $0["conv2_1.bias"]
        }
        refused(.unknownPadding("reflect")) { $0.metadata["padding"] = "reflect" }
        refused(.unknownPooling("median")) { $0.metadata["pool"] = "median" }
        refused(.notFinite(tensor: "conv1_1.bias")) {
            $0["conv1_1.bias"] = .init(shape: [4], values: [0, .nan, 0, 0])
        }
    }
}
