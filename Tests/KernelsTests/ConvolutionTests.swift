import Numerics
import Testing

@testable import Kernels

/// Sums of up to 9 x 48 products of numbers below 1 in single precision. F(4x4,3x3) amplifies rounding about tenfold;
/// against an output rms of about 6 its largest error is a few 1e-5.
private let tolerance = 2e-4

@Suite struct ConvolutionTests {
    /// One channel, whole blocks, and a channel or four more than whole blocks.
    static let channels: [(inputs: Int, outputs: Int)] = [(1, 1), (3, 20), (16, 16), (20, 33), (48, 32)]

    private func problem(
        _ inputs: Int, _ outputs: Int, _ height: Int, _ width: Int
    ) -> (input: DoublePlanes, weights: [Float], bias: [Float], upstream: DoublePlanes) {
        var generator = SplitMix64(seed: UInt64(inputs + 100 * outputs + 10_000 * height + 1_000_000 * width))
        let input = DoublePlanes.random(inputs, height, width, using: &generator)
        let weights = (0..<inputs * outputs * 9).map { _ in generator.nextUnit() * 2 - 1 }
        let bias = (0..<outputs).map { _ in generator.nextUnit() * 2 - 1 }
        return (input, weights, bias, DoublePlanes.random(outputs, height, width, using: &generator))
    }

    @Test(arguments: KernelSet.all.indices, channels)
    func forwardEqualsTheDirectSumAtAnySize(variant: Int, channels: (inputs: Int, outputs: Int)) {
        let kernels = KernelSet.all[variant]
        for (height, width) in awkwardSides {
            let (input, weights, bias, _) = problem(channels.inputs, channels.outputs, height, width)
            let expected = Oracle.convolution(input, weights: weights, bias: bias).map { max($0, 0) }
            let convolution = Convolution(
                inputs: channels.inputs, outputs: channels.outputs, weights: weights, bias: bias)
            let output = FeatureMaps(channels: channels.outputs, height: height, width: width)
            let pool = FeatureMaps(channels: channels.outputs, height: (height + 1) / 2, width: (width + 1) / 2)
            convolution.forward(
                input.maps, to: .init(activation: output, pool: pool), scratch: Scratch(), kernels: kernels)
            #expect(expected.distance(to: output.planar) < tolerance, "\(height)x\(width)")
            #expect(Oracle.averagePool(expected).distance(to: pool.planar) < tolerance, "\(height)x\(width)")
        }
    }

    @Test(arguments: KernelSet.all.indices, channels)
    func backwardEqualsTheDirectSumAtAnySize(variant: Int, channels: (inputs: Int, outputs: Int)) {
        let kernels = KernelSet.all[variant]
        for (height, width) in awkwardSides {
            let (input, weights, bias, upstream) = problem(channels.inputs, channels.outputs, height, width)
            let expected = Oracle.convolutionGradient(upstream, inputs: channels.inputs, weights: weights)
            let convolution = Convolution(
                inputs: channels.inputs, outputs: channels.outputs, weights: weights, bias: bias)
            let gradient = FeatureMaps(channels: channels.inputs, height: height, width: width)
            convolution.backward(upstream.maps, to: gradient, scratch: Scratch(), kernels: kernels)
            #expect(expected.distance(to: gradient.planar) < tolerance, "\(height)x\(width)")

            var masked = expected
            for i in masked.values.indices where input.values[i] <= 0 { masked.values[i] = 0 }
            convolution.backward(
                upstream.maps, to: gradient, maskedBy: input.maps, scratch: Scratch(), kernels: kernels)
            #expect(masked.distance(to: gradient.planar) < tolerance, "masked, \(height)x\(width)")
        }
    }

    @Test(arguments: KernelSet.all.indices)
    func aPooledLayerThatKeepsOnlyOneBitAValueHasTheSameGradient(variant: Int) {
        let kernels = KernelSet.all[variant]
        for (height, width) in awkwardSides {
            let (input, weights, bias, _) = problem(20, 33, height, width)
            let convolution = Convolution(inputs: 20, outputs: 33, weights: weights, bias: bias)
            let mask = ReLUMask(channels: 33, height: height, width: width)
            let pool = FeatureMaps(channels: 33, height: (height + 1) / 2, width: (width + 1) / 2)
            convolution.forward(input.maps, to: .init(pool: pool, mask: mask), scratch: Scratch(), kernels: kernels)

            let before = Oracle.convolution(input, weights: weights, bias: bias)
            #expect(Oracle.averagePool(before.map { max($0, 0) }).distance(to: pool.planar) < tolerance)
            var generator = SplitMix64(seed: 7)
            let upstream = DoublePlanes.random(33, pool.height, pool.width, using: &generator)
            var unpooled = Oracle.averagePoolGradient(upstream, height: height, width: width)
            // The same side of every kink: rounding may put a value next to 0 on the other.
            let positive = FeatureMaps(channels: 33, height: height, width: width)
            convolution.forward(input.maps, to: .init(activation: positive), scratch: Scratch(), kernels: kernels)
            for (i, value) in positive.planar.enumerated() where value <= 0 { unpooled.values[i] = 0 }
            let expected = Oracle.convolutionGradient(unpooled, inputs: 20, weights: weights)

            let poolGradient = upstream.maps
            poolGradient.prepareForUnpooling(height: height, width: width)
            let gradient = FeatureMaps(channels: 20, height: height, width: width)
            convolution.backward(
                poolGradient, unpooledBy: mask, to: gradient, scratch: Scratch(), kernels: kernels)
            #expect(expected.distance(to: gradient.planar) < tolerance, "\(height)x\(width)")
        }
    }

    @Test(arguments: KernelSet.all.indices)
    func theInputConvolutionEqualsTheDirectSumAtAnySize(variant: Int) {
        let kernels = KernelSet.all[variant]
        for outputs in [1, 16, 20, 64] {
            for (height, width) in awkwardSides {
                let (input, weights, bias, upstream) = problem(3, outputs, height, width)
                let convolution = InputConvolution(outputs: outputs, weights: weights, bias: bias)
                let padded = AlignedBuffer(InputConvolution.paddedCount(height: height, width: width))
                let output = FeatureMaps(channels: outputs, height: height, width: width)
                convolution.forward(input.floats, to: output, padded: padded, kernels: kernels)
                let expected = Oracle.convolution(input, weights: weights, bias: bias).map { max($0, 0) }
                #expect(expected.distance(to: output.planar) < tolerance, "\(outputs) channels, \(height)x\(width)")

                var gradient = [Float](repeating: 1, count: 3 * height * width)
                convolution.backward(upstream.maps, addingTo: &gradient, padded: padded, kernels: kernels)
                let expectedGradient = Oracle.convolutionGradient(upstream, inputs: 3, weights: weights).map { $0 + 1 }
                #expect(
                    expectedGradient.distance(to: gradient) < tolerance, "\(outputs) channels, \(height)x\(width)")
            }
        }
    }

    @Test func theNumberOfThreadsChangesNoBit() {
        let (input, weights, bias, upstream) = problem(32, 48, 61, 75)
        let convolution = Convolution(inputs: 32, outputs: 48, weights: weights, bias: bias)
        func run(threads: Int) -> ([Float], [Float]) {
            Parallel.$threadCount.withValue(threads) {
                let output = FeatureMaps(channels: 48, height: 61, width: 75)
                let gradient = FeatureMaps(channels: 32, height: 61, width: 75)
                convolution.forward(input.maps, to: .init(activation: output), scratch: Scratch(), kernels: .best)
                convolution.backward(upstream.maps, to: gradient, scratch: Scratch(), kernels: .best)
                return (output.planar, gradient.planar)
            }
        }
        #expect(run(threads: 1) == run(threads: 3))
    }
}
