import Numerics
import Testing

@testable import Kernels

/// Sums of 16 products of numbers below 1, in single precision.
private let tolerance = 1e-6
/// As in ConvolutionTests: sums of up to 9 x 33 products, and what Winograd makes of their rounding.
private let convolutionTolerance = 2e-4

@Suite struct PoolingTests {
    /// Activations: a good part 0, and many equal to others in their cell.
    private func activations(_ channels: Int, _ height: Int, _ width: Int) -> DoublePlanes {
        var generator = SplitMix64(seed: UInt64(height * 1000 + width))
        return DoublePlanes.random(channels, height, width, using: &generator).map { max(0, ($0 * 4).rounded() / 4) }
    }

    private func upstream(_ pool: FeatureMaps) -> DoublePlanes {
        var generator = SplitMix64(seed: 7)
        return DoublePlanes.random(pool.channels, pool.height, pool.width, using: &generator)
    }

    private func halved(_ channels: Int, _ height: Int, _ width: Int, _ roundedUp: Bool) -> FeatureMaps {
        FeatureMaps(
            channels: channels, height: Pooling.side(of: height, roundedUp: roundedUp),
            width: Pooling.side(of: width, roundedUp: roundedUp))
    }

    @Test func anOddSideIsRoundedAsAskedForAndNeverTo0() {
        #expect([1, 2, 3, 7, 8].map { Pooling.side(of: $0, roundedUp: true) } == [1, 1, 2, 4, 4])
        #expect([1, 2, 3, 7, 8].map { Pooling.side(of: $0, roundedUp: false) } == [1, 1, 1, 3, 4])
    }

    @Test(arguments: KernelSet.all.indices, [true, false])
    func maximaAndTheirGradientEqualTheOraclesAtAnySizeTheFirstOfEqualsTakingAll(variant: Int, roundedUp: Bool) {
        let kernels = KernelSet.all[variant]
        for (height, width) in awkwardSides {
            let input = activations(20, height, width)
            let pool = halved(20, height, width, roundedUp)
            let mask = ReLUMask(channels: 20, height: height, width: width, pooling: .max)
            let maps = input.maps
            maps.maxPool(to: pool, mask: mask, kernels: kernels)
            #expect(Oracle.maxPool(input, roundedUp: roundedUp).distance(to: pool.planar) == 0, "\(height)x\(width)")

            let upstream = upstream(pool)
            var expected = Oracle.maxPoolGradient(upstream, of: input)
            for i in expected.values.indices where input.values[i] <= 0 { expected.values[i] = 0 }
            let gradient = FeatureMaps(channels: 20, height: height, width: width)
            maps.backward(LayerGradient(), from: .pooled(upstream.maps, by: mask), to: gradient, kernels: kernels)
            #expect(expected.distance(to: gradient.planar) == 0, "\(height)x\(width)")
        }
    }

    @Test(arguments: KernelSet.all.indices)
    func averagesOfSidesRoundedDownLeaveOutTheLastAndSoDoesTheirGradient(variant: Int) {
        let kernels = KernelSet.all[variant]
        for (height, width) in awkwardSides {
            let input = activations(20, height, width).map { $0 + 0.25 }
            let pool = halved(20, height, width, false)
            let maps = input.maps
            maps.averagePool(to: pool, kernels: kernels)
            #expect(Oracle.averagePool(input, roundedUp: false).distance(to: pool.planar) < tolerance)

            let upstream = upstream(pool)
            let expected = Oracle.averagePoolGradient(upstream, height: height, width: width)
            let pooled = upstream.maps
            pooled.prepareForUnpooling(height: height, width: width)
            let gradient = FeatureMaps(channels: 20, height: height, width: width)
            maps.backward(LayerGradient(), from: .pooled(pooled), to: gradient, kernels: kernels)
            #expect(expected.distance(to: gradient.planar) < tolerance, "\(height)x\(width)")
        }
    }

    @Test(arguments: KernelSet.all.indices, [true, false])
    func blurredPoolingAndItsGradientEqualTheDirectSumsAtAnySize(variant: Int, roundedUp: Bool) {
        let kernels = KernelSet.all[variant]
        for (height, width) in awkwardSides {
            let input = activations(20, height, width)
            let pool = halved(20, height, width, roundedUp)
            input.maps.blurPool(to: pool, kernels: kernels)
            #expect(Oracle.blurPool(input, roundedUp: roundedUp).distance(to: pool.planar) < tolerance)

            let upstream = upstream(pool)
            let gradient = FeatureMaps(channels: 20, height: height, width: width)
            upstream.maps.blurPoolGradient(to: gradient, kernels: kernels)
            let expected = Oracle.blurPoolGradient(upstream, height: height, width: width)
            #expect(expected.distance(to: gradient.planar) < tolerance, "\(height)x\(width)")
        }
    }

    /// The pools that convolutions make on the way out and undo on the way in.
    @Test(arguments: KernelSet.all.indices, [(Pooling.max, true), (.max, false), (.average, false)])
    func aConvolutionPoolsAsAPoolOfItsOutputDoes(variant: Int, pools: (pooling: Pooling, roundedUp: Bool)) {
        let kernels = KernelSet.all[variant]
        for (height, width) in awkwardSides {
            var generator = SplitMix64(seed: UInt64(height * 1000 + width))
            let input = DoublePlanes.random(20, height, width, using: &generator).maps
            let weights = (0..<20 * 33 * 9).map { _ in generator.nextUnit() * 2 - 1 }
            let convolution = Convolution(
                inputs: 20, outputs: 33, weights: weights, bias: (0..<33).map { _ in generator.nextUnit() - 0.5 })
            let activation = FeatureMaps(channels: 33, height: height, width: width)
            convolution.forward(input, to: .init(activation: activation), scratch: Scratch(), kernels: kernels)
            let values = DoublePlanes(
                channels: 33, height: height, width: width, values: activation.planar.map { Double($0) })
            let isMax = pools.pooling == .max
            let expectedPool =
                isMax
                ? Oracle.maxPool(values, roundedUp: pools.roundedUp)
                : Oracle.averagePool(values, roundedUp: pools.roundedUp)

            let upstream = upstream(halved(33, height, width, pools.roundedUp))
            var unpooled =
                isMax
                ? Oracle.maxPoolGradient(upstream, of: values)
                : Oracle.averagePoolGradient(upstream, height: height, width: width)
            for i in unpooled.values.indices where values.values[i] <= 0 { unpooled.values[i] = 0 }
            let expected = Oracle.convolutionGradient(unpooled, inputs: 20, weights: weights)
            let poolGradient = upstream.maps
            if !isMax { poolGradient.prepareForUnpooling(height: height, width: width) }

            // With the activations kept, as where they are compared, and without.
            for kept in [nil, FeatureMaps(channels: 33, height: height, width: width)] {
                let mask = ReLUMask(channels: 33, height: height, width: width, pooling: pools.pooling)
                let pool = halved(33, height, width, pools.roundedUp)
                convolution.forward(
                    input, to: .init(activation: kept, pool: pool, pooling: pools.pooling, mask: mask),
                    scratch: Scratch(), kernels: kernels)
                #expect(expectedPool.distance(to: pool.planar) < 1e-5, "\(height)x\(width)")  // values of about 10
                if let kept { #expect(kept.planar == activation.planar) }
                let unmasked = FeatureMaps(like: pool)
                convolution.forward(
                    input, to: .init(activation: kept, pool: unmasked, pooling: pools.pooling), scratch: Scratch(),
                    kernels: kernels)
                #expect(unmasked.planar == pool.planar, "\(height)x\(width), without a mask")
                let gradient = FeatureMaps(channels: 20, height: height, width: width)
                convolution.backward(
                    poolGradient, unpooledBy: mask, to: gradient, scratch: Scratch(), kernels: kernels)
                #expect(expected.distance(to: gradient.planar) < convolutionTolerance, "\(height)x\(width)")
            }
        }
    }
}
