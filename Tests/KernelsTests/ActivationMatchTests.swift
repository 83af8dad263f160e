import Numerics
import Testing

@testable import Kernels

@Suite struct ActivationMatchTests {
    private static let images = 2

    /// A batch of activations of a student and of a teacher, and what leads from one to the other.
    private struct Example {
        let student: [DoublePlanes]
        let teacher: [DoublePlanes]
        let weights: [Float]
        let bias: [Float]
        let scale: [Float]

        init(inputs: Int, outputs: Int, height: Int, width: Int) {
            var generator = SplitMix64(seed: 21)
            func batch(_ channels: Int) -> [DoublePlanes] {
                (0..<images).map { _ in
                    DoublePlanes.random(channels, height, width, using: &generator).map { max($0, 0) }
                }
            }
            (student, teacher) = (batch(inputs), batch(outputs))
            weights = (0..<inputs * outputs).map { _ in generator.nextUnit() - 0.4 }
            bias = (0..<outputs).map { _ in generator.nextUnit() - 0.5 }
            scale = (0..<outputs).map { _ in generator.nextUnit() + 0.5 }
        }

        /// The mean square in double precision.
        func loss(_ student: [DoublePlanes], weights: [Double], bias: [Double]) -> Double {
            let (inputs, outputs) = (student[0].channels, bias.count)
            var (total, count) = (0.0, 0.0)
            for (f, t) in zip(student, teacher) {
                for y in 0..<f.height {
                    for x in 0..<f.width {
                        for o in 0..<outputs {
                            var h = bias[o]
                            for i in 0..<inputs { h += weights[o * inputs + i] * f[i, y, x] }
                            let d = max(0, h) - t[o, y, x] / Double(scale[o])
                            total += d * d
                            count += 1
                        }
                    }
                }
            }
            return total / count
        }
    }

    @Test(arguments: KernelSet.all.indices, [(16, 16), (20, 33), (3, 64), (70, 5)])
    func lossAndGradientsEqualFiniteDifferences(variant: Int, channels: (inputs: Int, outputs: Int)) {
        for (height, width) in [(1, 1), (5, 7), (9, 24)] {
            let (inputs, outputs) = channels
            let example = Example(inputs: inputs, outputs: outputs, height: height, width: width)
            let (weights, bias) = (example.weights.map(Double.init), example.bias.map(Double.init))
            let student = example.student.maps
            let gradient = FeatureMaps(like: student)
            let weight: Float = 0.5
            let result = ActivationMatch(weights: example.weights, bias: example.bias, scale: example.scale).backward(
                student: student, teacher: example.teacher.maps, weight: weight, studentGradient: gradient,
                scratch: Scratch(), kernels: KernelSet.all[variant])
            let expected = example.loss(example.student, weights: weights, bias: bias)
            #expect(abs(result.loss - expected) < 1e-5 * expected)

            // The loss is evaluated in double precision, and quadratic but for the kinks of ReLUs, which a step so small
            // hardly meets; the gradients are sums in single precision.
            let step = 1e-6
            let tolerance = 1e-4
            func slope(_ loss: (_ step: Double) -> Double) -> Double {
                Double(weight) * (loss(step) - loss(-step)) / (2 * step)
            }
            for index in [0, inputs * outputs / 2, inputs * outputs - 1] {
                let expected = slope { step in
                    var moved = weights
                    moved[index] += step
                    return example.loss(example.student, weights: moved, bias: bias)
                }
                #expect(abs(expected - Double(result.weights[index])) < tolerance, "weight \(index)")
            }
            for index in [0, outputs - 1] {
                let expected = slope { step in
                    var moved = bias
                    moved[index] += step
                    return example.loss(example.student, weights: weights, bias: moved)
                }
                #expect(abs(expected - Double(result.bias[index])) < tolerance, "bias \(index)")
            }
            for (c, y, x) in [(0, 0, 0), (inputs - 1, height - 1, width - 1), (inputs / 2, height / 2, width / 2)] {
                let expected = slope { step in
                    var moved = example.student
                    moved[1][c, y, x] += step
                    return example.loss(moved, weights: weights, bias: bias)
                }
                #expect(abs(expected - Double(gradient[c, height + y, x])) < tolerance, "\(c), \(y), \(x)")
            }
        }
    }

    @Test func theNumberOfThreadsChangesNoBit() {
        let example = Example(inputs: 24, outputs: 40, height: 50, width: 60)
        let match = ActivationMatch(weights: example.weights, bias: example.bias, scale: example.scale)
        let (student, teacher) = (example.student.maps, example.teacher.maps)
        func run(threads: Int) -> (ActivationMatch.Gradient, [Float]) {
            Parallel.$threadCount.withValue(threads) {
                let gradient = FeatureMaps(like: student)
                let result = match.backward(
                    student: student, teacher: teacher, weight: 1, studentGradient: gradient,
                    scratch: Scratch(), kernels: .best)
                return (result, gradient.planar)
            }
        }
        let (one, many) = (run(threads: 1), run(threads: 3))
        #expect(one.0.loss == many.0.loss && one.0.weights == many.0.weights && one.0.bias == many.0.bias)
        #expect(one.1 == many.1)
    }

    @Test(arguments: KernelSet.all.indices)
    func theLossAloneIsTheLossBesideTheGradients(variant: Int) {
        let kernels = KernelSet.all[variant]
        let example = Example(inputs: 24, outputs: 40, height: 5, width: 99)
        let match = ActivationMatch(weights: example.weights, bias: example.bias, scale: example.scale)
        let (student, teacher) = (example.student.maps, example.teacher.maps)
        let result = match.backward(
            student: student, teacher: teacher, weight: 1, studentGradient: FeatureMaps(like: student),
            scratch: Scratch(), kernels: kernels)
        #expect(match.loss(student: student, teacher: teacher, kernels: kernels) == result.loss)
    }
}
