import Numerics
import Testing

@testable import Kernels

@Suite struct MomentsTests {
    @Test(arguments: KernelSet.all.indices, [1, 16, 20, 64])
    func momentsEqualTheSumsOverPixels(variant: Int, channels: Int) {
        for (height, width) in awkwardSides + [(61, 70)] {
            var generator = SplitMix64(seed: UInt64(height * width))
            let f = DoublePlanes.random(channels, height, width, using: &generator)
            let moments = f.maps.moments(kernels: KernelSet.all[variant])
            let n = moments.paddedChannels
            let pixels = height * width
            #expect(moments.channels == channels)
            for i in 0..<n {
                let mean = i < channels ? (0..<pixels).reduce(0) { $0 + f.values[i * pixels + $1] } / Double(pixels) : 0
                // Means of at most 4270 numbers below 1 in single precision, of which a part is at most 2048.
                #expect(abs(moments.mean[i] - mean) < 1e-6)
                for j in 0..<n {
                    var second = 0.0
                    if i < channels && j < channels {
                        for p in 0..<pixels { second += f.values[i * pixels + p] * f.values[j * pixels + p] }
                    }
                    #expect(abs(moments.second[i * n + j] - second / Double(pixels)) < 1e-6)
                }
            }
        }
    }

    @Test(arguments: KernelSet.all.indices)
    func theGradientAtALayerAddsItsPartsAndAppliesTheMask(variant: Int) {
        let kernels = KernelSet.all[variant]
        let channels = 20
        let n = 32
        for (height, width) in awkwardSides {
            var generator = SplitMix64(seed: UInt64(height * 1000 + width))
            let f = DoublePlanes.random(channels, height, width, using: &generator)
            let target = DoublePlanes.random(channels, height, width, using: &generator)
            let above = DoublePlanes.random(channels, height, width, using: &generator)
            let pooled = DoublePlanes.random(channels, (height + 1) / 2, (width + 1) / 2, using: &generator)
            var matrix = [Float](repeating: 0, count: n * n)
            var vector = [Float](repeating: 0, count: n)
            for i in 0..<channels {
                vector[i] = generator.nextUnit()
                for j in 0...i {
                    matrix[i * n + j] = generator.nextUnit()
                    matrix[j * n + i] = matrix[i * n + j]
                }
            }
            var losses = LayerGradient(matrix: matrix, vector: vector)
            losses.add(differenceFrom: target.maps, scale: 0.5)

            func expected(from start: DoublePlanes) -> DoublePlanes {
                var result = start
                for c in 0..<channels {
                    for y in 0..<height {
                        for x in 0..<width {
                            result[c, y, x] += Double(vector[c]) + 0.5 * (f[c, y, x] - target[c, y, x])
                            for k in 0..<channels { result[c, y, x] += Double(matrix[c * n + k]) * f[k, y, x] }
                            if f[c, y, x] <= 0 { result[c, y, x] = 0 }
                        }
                    }
                }
                return result
            }
            let gradient = above.maps
            let unpooled = Oracle.averagePoolGradient(pooled, height: height, width: width)
            let pooledMaps = pooled.maps
            pooledMaps.prepareForUnpooling(height: height, width: width)
            // Sums of some 20 products of numbers below 1.
            f.maps.backward(losses, from: .accumulated, to: gradient, kernels: kernels)
            #expect(expected(from: above).distance(to: gradient.planar) < 1e-5)
            f.maps.backward(losses, from: .pooled(pooledMaps), to: gradient, kernels: kernels)
            #expect(expected(from: unpooled).distance(to: gradient.planar) < 1e-5)
            f.maps.backward(losses, from: .zero, to: gradient, kernels: kernels)
            let zero = DoublePlanes(channels: channels, height: height, width: width)
            #expect(expected(from: zero).distance(to: gradient.planar) < 1e-5)
        }
    }

    @Test(arguments: KernelSet.all.indices)
    func squaredDifferencesAreSummedOverAllValues(variant: Int) {
        var generator = SplitMix64(seed: 3)
        let a = DoublePlanes.random(20, 70, 61, using: &generator)
        let b = DoublePlanes.random(20, 70, 61, using: &generator)
        let expected = zip(a.values, b.values).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let sum = a.maps.squaredDifference(from: b.maps, kernels: KernelSet.all[variant])
        #expect(abs(sum / expected - 1) < 1e-6)  // single precision over 4096 pixels at a time
    }

    @Test(arguments: KernelSet.all.indices)
    func aPoolOfExistingActivationsIsTheirMean(variant: Int) {
        for (height, width) in awkwardSides {
            var generator = SplitMix64(seed: 5)
            let input = DoublePlanes.random(20, height, width, using: &generator)
            let pool = FeatureMaps(channels: 20, height: (height + 1) / 2, width: (width + 1) / 2)
            input.maps.averagePool(to: pool, kernels: KernelSet.all[variant])
            #expect(Oracle.averagePool(input).distance(to: pool.planar) < 1e-6)  // four numbers below 1
        }
    }
}
