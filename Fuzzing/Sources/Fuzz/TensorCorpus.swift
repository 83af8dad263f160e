import Kernels
import LearnedOptimization
import Numerics
import Safetensors

/// Sound files of weights, as small as they can be.
enum TensorCorpus {
    /// Networks of this project's format with every pool and padding, and one named as torchvision's.
    static func features() -> [SafetensorsFile] {
        var files = ["average", "max", "blur"].enumerated().flatMap { index, pool in
            ["replicate", "zeros"].map { padding in
                let dataType = DataType.allCases[index]
                var file = SafetensorsFile(
                    tensors: [:],
                    metadata: ["architecture": "conv1_1 pool conv2_1 conv2_2", "pool": pool, "padding": padding])
                var inputs = 3
                for (name, outputs) in [("conv1_1", 2), ("conv2_1", 3), ("conv2_2", 1)] {
                    file.addConvolution(name, inputs: inputs, outputs: outputs, dataType)
                    inputs = outputs
                }
                return file
            }
        }
        var vgg = SafetensorsFile(tensors: [:])
        for index in [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28] {
            vgg.addConvolution("features.\(index)", inputs: index == 0 ? 3 : 1, outputs: 1, .float32)
        }
        files.append(vgg)
        return files
    }

    /// Untrained optimizers of every preset.
    static func optimizers() -> [SafetensorsFile] {
        LearnedOptimizer.Preset.all.flatMap { preset in
            [(1, 1), (2, 2)].map { hidden, layers in
                var small = preset.architecture
                (small.hidden, small.layers) = (hidden, layers)
                return LearnedOptimizer(untrained: small).safetensors
            }
        }
    }
}

extension SafetensorsFile {
    fileprivate mutating func addConvolution(_ name: String, inputs: Int, outputs: Int, _ dataType: DataType) {
        var generator = SplitMix64(seed: 1)
        func tensor(_ shape: [Int]) -> Tensor {
            let values = (0..<shape.reduce(1, *)).map { _ in generator.nextUnit() - 0.5 }
            return Tensor(shape: shape, values: values, dataType: dataType)
        }
        self["\(name).weight"] = tensor([outputs, inputs, 3, 3])
        self["\(name).bias"] = tensor([outputs])
    }
}
