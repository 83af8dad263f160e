import Foundation
import Testing

@testable import Kernels

@Suite struct BatchNormalizationTests {
    private static let (images, channels) = (3, 20)
    /// Values of order 1 in single precision.
    private static let tolerance = 2e-5

    fileprivate struct Case {
        let z: [Planes]
        let upstream: [Planes]
        let constant: [Float]
        let slope: [Float]
        let normalization: BatchNormalization
        /// Those of `normalization`, free to move by less than a float can.
        var gamma: [Double]
        var beta: [Double]
        let isPooled: Bool

        init(_ height: Int, _ width: Int, isPooled: Bool) {
            var generator = SplitMix64(seed: 11)
            let shift = isPooled ? 2 : 1
            z = (0..<images).map { _ in Planes.random(channels, height, width, using: &generator).map { $0 + 0.3 } }
            upstream = (0..<images).map { _ in
                Planes.random(channels, height / shift, width / shift, using: &generator)
            }
            constant = (0..<images * channels).map { _ in generator.nextUnit() - 0.5 }
            slope = (0..<images * channels).map { _ in generator.nextUnit() - 0.5 }
            var normalization = BatchNormalization(channels: channels)
            for c in 0..<channels {
                normalization.gamma[c] = generator.nextUnit() + 0.5
                normalization.beta[c] = generator.nextUnit() - 0.5
            }
            self.normalization = normalization
            gamma = normalization.gamma.map(Double.init)
            beta = normalization.beta.map(Double.init)
            self.isPooled = isPooled
        }

        /// The result in double precision, before any pool.
        func result(_ z: [Planes]) -> [Planes] {
            var result = z
            for c in 0..<channels {
                let values = z.flatMap { p in (0..<p.height).flatMap { y in (0..<p.width).map { p[c, y, $0] } } }
                let mean = values.reduce(0, +) / Double(values.count)
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
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

        /// A function of the result whose gradient is `upstream` and, picture by picture, constant + slope a.
        func loss(_ z: [Planes]) -> Double {
            var total = 0.0
            for (image, a) in result(z).enumerated() {
                let output = isPooled ? Oracle.averagePool(a) : a
                total += zip(output.values, upstream[image].values).reduce(0) { $0 + $1.0 * $1.1 }
                for (i, value) in a.values.enumerated() {
                    let c = image * channels + i / (a.height * a.width)
                    total += Double(constant[c]) * value + Double(slope[c]) * value * value / 2
                }
            }
            return total
        }
    }

    @Test(arguments: KernelSet.all.indices, [false, true])
    func forwardEqualsTheFormulaAndKnowsEachPicturesMoments(variant: Int, isPooled: Bool) {
        let example = Case(6, 10, isPooled: isPooled)
        let output = example.upstream.maps
        let statistics = example.normalization.forward(example.z.maps, to: output, kernels: KernelSet.all[variant])
        let expected = example.result(example.z)
        #expect((isPooled ? expected.map { Oracle.averagePool($0) } : expected).distance(to: output) < Self.tolerance)
        for (image, planes) in expected.enumerated() {
            for c in 0..<Self.channels {
                let values = planes.values[c * 60..<(c + 1) * 60]
                let mean = values.reduce(0, +) / 60
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 60
                let index = image * Self.channels + c
                #expect(abs(Double(statistics.resultMean[index]) - mean) < Self.tolerance)
                #expect(abs(Double(statistics.resultVariance[index]) - variance) < Self.tolerance)
            }
        }
    }

    @Test(arguments: KernelSet.all.indices, [false, true])
    func backwardEqualsFiniteDifferences(variant: Int, isPooled: Bool) {
        let kernels = KernelSet.all[variant]
        let example = Case(4, 6, isPooled: isPooled)
        let output = example.upstream.maps
        let z = example.z.maps
        let statistics = example.normalization.forward(z, to: output, kernels: kernels)
        let gradient = z.copy()
        let parameters = example.normalization.backward(
            example.upstream.maps, .init(constant: example.constant, slope: example.slope), input: z,
            statistics: statistics, to: gradient, kernels: kernels)

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
}
