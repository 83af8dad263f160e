import Kernels

let (inputs, outputs) = (16, 32)
let convolution = Convolution(
    inputs: inputs, outputs: outputs, weights: [Float](repeating: 0.01, count: outputs * inputs * 9),
    bias: [Float](repeating: 0, count: outputs))
let input = FeatureMaps(channels: inputs, height: 100, width: 150)
let output = FeatureMaps(channels: outputs, height: 100, width: 150)
convolution.forward(input, to: .init(activation: output), scratch: Scratch(), kernels: .best)
print(KernelSet.best.name, output[0, 0, 0])
