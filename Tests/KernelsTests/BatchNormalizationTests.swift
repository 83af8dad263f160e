import Foundation
import Numerics
import Testing

@testable import Kernels

@Suite struct BatchNormalizationTests {
    private static let (images, channels) = (3, 20)
    /// Values of order 1 in single precision.
    private static let tolerance = 2e-5

    fileprivate struct Case {
        let z: [DoublePlanes]
        /// Two parts of the gradient with respect to the result.
        let upstream: [DoublePlanes]
        let besides: [DoublePlanes]
        let normalization: BatchNormalization
        /// Those of `normalization`, free to move by less than a float can.
        var gamma: [Double]
        var beta: [Double]

        init(_ height: Int, _ width: Int) {
            var generator = SplitMix64(seed: 11)
            func batch() -> [DoublePlanes] {
                (0..<images).map { _ in DoublePlanes.random(channels, height, width, using: &generator) }
            }
            z = batch().map { $0.map { $0 + 0.3 } }
            (upstream, besides) = (batch(), batch())
            var normalization = BatchNormalization(channels: channels)
            for c in 0..<channels {
                normalization.gamma[c] = generator.nextUnit() + 0.5
                normalization.beta[c] = generator.nextUnit() - 0.5
            }
            self.normalization = normalization
            gamma = normalization.gamma.map(Double.init)
            beta = normalization.beta.map(Double.init)
        }

        /// The mean and the variance of a channel.
        func moments(_ z: [DoublePlanes], _ c: Int) -> (mean: Double, variance: Double) {
            let values = z.flatMap { p in (0..<p.height).flatMap { y in (0..<p.width).map { p[c, y, $0] } } }
            let mean = values.reduce(0, +) / Double(values.count)
            return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
        }

        /// The result in double precision.
        func result(_ z: [DoublePlanes], moments: (_ channel: Int) -> (mean: Double, variance: Double))
            -> [DoublePlanes]
        {
            var result = z
            for c in 0..<channels {
                let (mean, variance) = moments(c)
                let scale = gamma[c] / (variance + Double(BatchNormalization.epsilon)).squareRoot()
                for image in z.indices {
                    for y in 0..<z[image].height {
                        for x in 0..<z[image].width {
                            result[image][c, y, x] = max(0, scale * (z[image][c, y, x] - mean) + beta[c])
                        }
                    }
                }
            }
            return result
        }

        /// A function of the result whose gradient is the sum of both parts.
        func loss(_ z: [DoublePlanes]) -> Double {
            result(z) { moments(z, $0) }.enumerated().reduce(0) { sum, pair in
                let (image, a) = pair
                return sum
                    + a.values.indices.reduce(0) {
                        $0 + a.values[$1] * (upstream[image].values[$1] + besides[image].values[$1])
                    }
            }
        }
    }

    @Test(arguments: KernelSet.all.indices) func forwardEqualsTheFormula(variant: Int) {
        let example = Case(6, 10)
        let output = example.z.maps
        let statistics = example.normalization.forward(example.z.maps, to: output, kernels: KernelSet.all[variant])
        #expect(example.result(example.z) { example.moments(example.z, $0) }.distance(to: output) < Self.tolerance)
        for c in 0..<Self.channels {
            let (mean, variance) = example.moments(example.z, c)
            #expect(abs(Double(statistics.mean[c]) - mean) < Self.tolerance)
            #expect(abs(Double(statistics.variance[c]) - variance) < Self.tolerance)
        }
    }

    @Test(arguments: KernelSet.all.indices) func forwardNormalisesByWhatItIsTold(variant: Int) {
        let example = Case(6, 10)
        let output = example.z.maps
        let given = BatchNormalization.Statistics(
            mean: (0..<Self.channels).map { Float($0) / 64 }, variance: (0..<Self.channels).map { 0.5 + Float($0) / 8 })
        let used = example.normalization.forward(
            example.z.maps, to: output, with: given, kernels: KernelSet.all[variant])
        #expect(used == given)
        let expected = example.result(example.z) { (Double(given.mean[$0]), Double(given.variance[$0])) }
        #expect(expected.distance(to: output) < Self.tolerance)
    }

    @Test(arguments: KernelSet.all.indices) func backwardEqualsFiniteDifferences(variant: Int) {
        let kernels = KernelSet.all[variant]
        let example = Case(4, 6)
        let z = example.z.maps
        let statistics = example.normalization.forward(z, to: FeatureMaps(like: z), kernels: kernels)
        let gradient = FeatureMaps(like: z)
        let parameters = example.normalization.backward(
            example.upstream.maps, example.besides.maps, input: z, statistics: statistics, to: gradient,
            kernels: kernels)

        // The loss is evaluated in double precision: differences over 1e-5 are good to about 1e-8, but where a ReLU has
        // its kink.
        let step = 1e-5
        for index in stride(from: 0, to: Self.channels * 24, by: 7) {
            let (c, y, x) = (index / 24, index / 6 % 4, index % 6)
            var (up, down) = (example.z, example.z)
            up[1][c, y, x] += step
            down[1][c, y, x] -= step
            let difference = (example.loss(up) - example.loss(down)) / (2 * step)
            #expect(abs(difference - Double(gradient[c, 4 + y, x])) < 5e-5, "channel \(c), \(y), \(x)")
        }
        for c in 0..<Self.channels {
            func difference(_ parameter: WritableKeyPath<Case, [Double]>) -> Double {
                var (up, down) = (example, example)
                up[keyPath: parameter][c] += step
                down[keyPath: parameter][c] -= step
                return (up.loss(example.z) - down.loss(example.z)) / (2 * step)
            }
            #expect(abs(difference(\.gamma) - Double(parameters.gamma[c])) < 1e-4)
            #expect(abs(difference(\.beta) - Double(parameters.beta[c])) < 1e-4)
        }
    }

    @Test func aSecondPartOfTheGradientIsAddedAndNoneIsZero() {
        let example = Case(4, 6)
        let z = example.z.maps
        let statistics = example.normalization.forward(z, to: FeatureMaps(like: z), kernels: .best)
        func gradient(_ first: FeatureMaps?, _ second: FeatureMaps?) -> [Float] {
            let result = FeatureMaps(like: z)
            _ = example.normalization.backward(
                first, second, input: z, statistics: statistics, to: result, kernels: .best)
            return result.planar
        }
        let (first, second) = (example.upstream.maps, example.besides.maps)
        let sums = zip(gradient(first, nil), gradient(nil, second)).map { Double($0 + $1) }
        #expect(Oracle.distance(sums, gradient(first, second)) < Self.tolerance)
        #expect(gradient(nil, nil).allSatisfy { $0 == 0 })
    }
}
