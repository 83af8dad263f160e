import Numerics
import Testing

@testable import Kernels

@Suite struct PixelLossesTests {
    @Test(arguments: KernelSet.all.indices)
    func totalVariationAndItsGradientEqualTheirDefinition(variant: Int) {
        for (height, width) in awkwardSides + [(40, 70)] {
            var generator = SplitMix64(seed: UInt64(height + 100 * width))
            let x = DoublePlanes.random(3, height, width, using: &generator)
            var expected = 0.0
            var expectedGradient = DoublePlanes(channels: 3, height: height, width: width)
            let stencil: [(dy: Int, dx: Int, share: Double)] = [
                (0, 1, 2.0 / 3), (1, 0, 2.0 / 3), (1, 1, 1.0 / 6), (1, -1, 1.0 / 6),
            ]
            for (dy, dx, share) in stencil {
                let pairs = 3 * (height - dy) * (width - abs(dx))
                guard pairs > 0 else { continue }
                for c in 0..<3 {
                    for y in 0..<height - dy {
                        for column in max(0, -dx)..<min(width, width - dx) {
                            let d = x[c, y, column] - x[c, y + dy, column + dx]
                            expected += share * d * d / Double(pairs)
                            expectedGradient[c, y, column] += 0.7 * 2 * share * d / Double(pairs)
                            expectedGradient[c, y + dy, column + dx] -= 0.7 * 2 * share * d / Double(pairs)
                        }
                    }
                }
            }
            var gradient = Planes(count: 3, height: height, width: width, repeating: 0)
            let value = KernelSet.all[variant].totalVariation(x.planes, weight: 0.7, addingTo: &gradient)
            #expect(abs(value - expected) < 1e-6)  // a mean of squares below 4, summed a row at a time
            #expect(expectedGradient.distance(to: gradient.values) < 1e-6)
        }
    }

    @Test(arguments: KernelSet.all.indices)
    func colourMomentsAndTheirGradientEqualTheirDefinition(variant: Int) {
        let kernels = KernelSet.all[variant]
        for count in [1, 15, 16, 17, 16384, 40000] {
            var generator = SplitMix64(seed: UInt64(count))
            let x = DoublePlanes.random(3, 1, count, using: &generator)
            let moments = kernels.pixelMoments(x.planes)
            for i in 0..<3 {
                let mean = (0..<count).reduce(0) { $0 + x[i, 0, $1] } / Double(count)
                #expect(abs(moments.mean[i] - mean) < 1e-6)
                for j in 0..<3 {
                    let second = (0..<count).reduce(0) { $0 + x[i, 0, $1] * x[j, 0, $1] } / Double(count)
                    #expect(abs(moments.second[i * 16 + j] - second) < 1e-6)
                }
            }
            let matrix: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
            let vector: [Float] = [0.5, -1, 2]
            var expected = DoublePlanes(channels: 3, height: 1, width: count)
            for i in 0..<3 {
                for p in 0..<count {
                    expected[i, 0, p] =
                        1 + Double(vector[i])
                        + (0..<3).reduce(0) { $0 + Double(matrix[i * 3 + $1]) * x[$1, 0, p] }
                }
            }
            var gradient = Planes(count: 3, height: 1, width: count, repeating: 1)
            kernels.addPixelGradient(matrix: matrix, vector: vector, of: x.planes, to: &gradient)
            #expect(expected.distance(to: gradient.values) < 1e-5)  // sums of size 25
        }
    }

    @Test func halvingAPictureAndItsGradientAreThoseOfAveragePooling() {
        for (height, width) in awkwardSides {
            var generator = SplitMix64(seed: 11)
            let x = DoublePlanes.random(3, height, width, using: &generator)
            #expect(Oracle.averagePool(x).distance(to: x.planes.halved.values) < 1e-6)
            let upstream = DoublePlanes.random(3, (height + 1) / 2, (width + 1) / 2, using: &generator)
            var gradient = Planes(count: 3, height: height, width: width, repeating: 1)
            gradient.addGradient(ofHalved: upstream.planes)
            let expected = Oracle.averagePoolGradient(upstream, height: height, width: width).map { $0 + 1 }
            #expect(expected.distance(to: gradient.values) < 1e-6)
        }
    }
}
