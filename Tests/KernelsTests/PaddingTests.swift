import Numerics
import Testing

@testable import Kernels

/// As in ConvolutionTests: sums of up to 9 x 20 products, and what Winograd makes of their rounding.
private let tolerance = 2e-4

@Suite struct PaddingTests {
    @Test(arguments: KernelSet.all.indices)
    func zerosBeyondTheBorderTakeNoPartInEitherDirection(variant: Int) {
        let kernels = KernelSet.all[variant]
        for (inputs, outputs) in [(3, 20), (20, 33)] {
            for (height, width) in awkwardSides {
                var generator = SplitMix64(seed: UInt64(height * 1000 + width))
                let input = DoublePlanes.random(inputs, height, width, using: &generator)
                let upstream = DoublePlanes.random(outputs, height, width, using: &generator)
                let weights = (0..<inputs * outputs * 9).map { _ in generator.nextUnit() * 2 - 1 }
                let bias = (0..<outputs).map { _ in generator.nextUnit() * 2 - 1 }
                let convolution = Convolution(
                    inputs: inputs, outputs: outputs, weights: weights, bias: bias, padding: .zeros)
                let output = FeatureMaps(channels: outputs, height: height, width: width)
                convolution.forward(
                    input.maps, to: .init(activation: output), scratch: Scratch(), kernels: kernels)
                let expected = Oracle.convolution(input, weights: weights, bias: bias, padding: .zeros)
                    .map { max($0, 0) }
                #expect(expected.distance(to: output.planar) < tolerance, "\(height)x\(width)")

                let gradient = FeatureMaps(channels: inputs, height: height, width: width)
                convolution.backward(upstream.maps, to: gradient, scratch: Scratch(), kernels: kernels)
                let expectedGradient = Oracle.convolutionGradient(
                    upstream, inputs: inputs, weights: weights, padding: .zeros)
                #expect(expectedGradient.distance(to: gradient.planar) < tolerance, "\(height)x\(width)")
            }
        }
    }

    @Test(arguments: KernelSet.all.indices)
    func aReflectedBorderMirrorsThePictureAtItsLastPixels(variant: Int) {
        let kernels = KernelSet.all[variant]
        for (inputs, outputs) in [(3, 20), (20, 33)] {
            for (height, width) in awkwardSides + [(2, 2), (2, 9), (6, 2)] {
                var generator = SplitMix64(seed: UInt64(height * 1000 + width))
                let input = DoublePlanes.random(inputs, height, width, using: &generator)
                let weights = (0..<inputs * outputs * 9).map { _ in generator.nextUnit() * 2 - 1 }
                let bias = (0..<outputs).map { _ in generator.nextUnit() * 2 - 1 }
                let expected = Oracle.convolution(input, weights: weights, bias: bias, padding: .reflect)
                    .map { max($0, 0) }
                let convolution = Convolution(
                    inputs: inputs, outputs: outputs, weights: weights, bias: bias, padding: .reflect)
                let output = FeatureMaps(channels: outputs, height: height, width: width)
                convolution.forward(
                    input.maps, to: .init(activation: output), scratch: Scratch(), kernels: kernels)
                #expect(expected.distance(to: output.planar) < tolerance, "\(height)x\(width)")

                guard inputs == 3 else { continue }
                var inputConvolution = InputConvolution(outputs: outputs, weights: weights, bias: bias)
                inputConvolution.isReflected = true
                let padded = AlignedBuffer(InputConvolution.paddedCount(height: height, width: width))
                inputConvolution.forward(input.floats, to: output, padded: padded, kernels: kernels)
                #expect(expected.distance(to: output.planar) < tolerance, "\(height)x\(width)")
            }
        }
    }

    /// A convolution of (x - mean) padded with zeros is one of x padded with the mean.
    @Test(arguments: KernelSet.all.indices)
    func aPictureSurroundedByItsMeanIsAConvolutionOfTheDifferenceSurroundedByZeros(variant: Int) {
        let kernels = KernelSet.all[variant]
        let mean: [Float] = [0.5, 0.25, 0.375]
        for (height, width) in awkwardSides {
            var generator = SplitMix64(seed: UInt64(height * 1000 + width))
            let pixels = DoublePlanes.random(3, height, width, using: &generator)
            var difference = pixels
            for i in difference.values.indices { difference.values[i] -= Double(mean[i / (height * width)]) }
            let upstream = DoublePlanes.random(20, height, width, using: &generator)
            let weights = (0..<3 * 20 * 9).map { _ in generator.nextUnit() * 2 - 1 }
            let bias = (0..<20).map { _ in generator.nextUnit() * 2 - 1 }
            let expected = Oracle.convolution(difference, weights: weights, bias: bias, padding: .zeros)
                .map { max($0, 0) }

            let folded = (0..<20).map { output in
                bias[output] - (0..<27).reduce(0) { $0 + weights[output * 27 + $1] * mean[$1 / 9] }
            }
            let convolution = InputConvolution(outputs: 20, weights: weights, bias: folded, surroundings: mean)
            let padded = AlignedBuffer(InputConvolution.paddedCount(height: height, width: width))
            let output = FeatureMaps(channels: 20, height: height, width: width)
            convolution.forward(pixels.floats, to: output, padded: padded, kernels: kernels)
            #expect(expected.distance(to: output.planar) < tolerance, "\(height)x\(width)")

            var gradient = [Float](repeating: 1, count: 3 * height * width)
            convolution.backward(upstream.maps, addingTo: &gradient, padded: padded, kernels: kernels)
            let expectedGradient = Oracle.convolutionGradient(upstream, inputs: 3, weights: weights, padding: .zeros)
                .map { $0 + 1 }
            #expect(expectedGradient.distance(to: gradient) < tolerance, "\(height)x\(width)")
        }
    }
}
