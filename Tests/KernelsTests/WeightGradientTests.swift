import Numerics
import Testing

@testable import Kernels

@Suite struct WeightGradientTests {
    private static let images = 3

    /// Sums over up to 3 x 25 x 25 pixels of products below 1: of an rms up to 15, with rounding that the transforms of
    /// F(4x4,3x3) amplify some tenfold.
    private static let tolerance = 1e-3

    private func batch(_ channels: Int, _ height: Int, _ width: Int, seed: UInt64) -> [DoublePlanes] {
        var generator = SplitMix64(seed: seed)
        return (0..<Self.images).map { _ in DoublePlanes.random(channels, height, width, using: &generator) }
    }

    private func expected(_ inputs: [DoublePlanes], _ gradients: [DoublePlanes]) -> [Double] {
        zip(inputs, gradients).map { Oracle.weightGradient($0, $1) }.reduce(nil as [Double]?) { sum, next in
            sum.map { zip($0, next).map(+) } ?? next
        }!
    }

    @Test(arguments: KernelSet.all.indices, ConvolutionTests.channels)
    func theWeightGradientOfABatchEqualsTheDirectSumAtAnySize(variant: Int, channels: (inputs: Int, outputs: Int)) {
        for (height, width) in awkwardSides {
            let inputs = batch(channels.inputs, height, width, seed: 1)
            let gradients = batch(channels.outputs, height, width, seed: 2)
            let result = Convolution.weightGradient(
                input: inputs.maps, gradient: gradients.maps, scratch: Scratch(), kernels: KernelSet.all[variant])
            #expect(Oracle.distance(expected(inputs, gradients), result) < Self.tolerance, "\(height)x\(width)")
        }
    }

    @Test(arguments: KernelSet.all.indices)
    func theWeightGradientOfTheInputConvolutionEqualsTheDirectSumAtAnySize(variant: Int) {
        let kernels = KernelSet.all[variant]
        for outputs in [1, 16, 20] {
            for (height, width) in awkwardSides {
                let inputs = batch(3, height, width, seed: 3)
                let gradients = batch(outputs, height, width, seed: 4)
                let convolution = InputConvolution(
                    outputs: outputs, weights: .init(repeating: 0, count: outputs * 27),
                    bias: .init(repeating: 0, count: outputs))
                let padded = AlignedBuffer(
                    Self.images * InputConvolution.paddedCount(height: height, width: width))
                convolution.forward(
                    inputs.flatMap(\.floats),
                    to: FeatureMaps(images: Self.images, channels: outputs, height: height, width: width),
                    padded: padded, kernels: kernels)
                let result = InputConvolution.weightGradient(
                    padded: padded, gradient: gradients.maps, kernels: kernels)
                #expect(
                    Oracle.distance(expected(inputs, gradients), result) < Self.tolerance,
                    "\(outputs), \(height)x\(width)")
            }
        }
    }

    @Test(arguments: KernelSet.all.indices)
    func thePicturesOfABatchDoNotTouchEachOther(variant: Int) {
        let kernels = KernelSet.all[variant]
        var generator = SplitMix64(seed: 5)
        let weights = (0..<20 * 33 * 9).map { _ in generator.nextUnit() * 2 - 1 }
        let bias = (0..<33).map { _ in generator.nextUnit() * 2 - 1 }
        let convolution = Convolution(inputs: 20, outputs: 33, weights: weights, bias: bias)
        let inputConvolution = InputConvolution(outputs: 33, weights: Array(weights.prefix(33 * 27)), bias: bias)
        for (height, width) in awkwardSides {
            let inputs = batch(20, height, width, seed: 6)
            let output = FeatureMaps(images: Self.images, channels: 33, height: height, width: width)
            convolution.forward(
                inputs.maps, to: .init(activation: output), isLinear: true, scratch: Scratch(), kernels: kernels)
            let linear = inputs.map { Oracle.convolution($0, weights: weights, bias: bias) }
            #expect(linear.distance(to: output) < 2e-4, "\(height)x\(width)")

            let gradients = batch(33, height, width, seed: 7)
            let result = FeatureMaps(images: Self.images, channels: 20, height: height, width: width)
            convolution.backward(gradients.maps, to: result, scratch: Scratch(), kernels: kernels)
            let backward = gradients.map { Oracle.convolutionGradient($0, inputs: 20, weights: weights) }
            #expect(backward.distance(to: result) < 2e-4, "backward, \(height)x\(width)")

            let pictures = batch(3, height, width, seed: 8)
            inputConvolution.forward(
                pictures.flatMap(\.floats), to: output, isLinear: true,
                padded: AlignedBuffer(Self.images * InputConvolution.paddedCount(height: height, width: width)),
                kernels: kernels)
            let atTheEnd = pictures.map { Oracle.convolution($0, weights: Array(weights.prefix(33 * 27)), bias: bias) }
            #expect(atTheEnd.distance(to: output) < 2e-4, "input convolution, \(height)x\(width)")
        }
    }

    @Test func theNumberOfThreadsChangesNoBit() {
        let inputs = batch(32, 40, 40, seed: 9).maps
        let gradients = batch(48, 40, 40, seed: 10).maps
        func run(threads: Int) -> [Float] {
            Parallel.$threadCount.withValue(threads) {
                Convolution.weightGradient(input: inputs, gradient: gradients, scratch: Scratch(), kernels: .best)
            }
        }
        #expect(run(threads: 1) == run(threads: 3))
    }
}
