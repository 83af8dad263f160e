import Numerics
import Testing

@testable import Kernels

@Suite struct LeastSquaresTests {
    /// 600 samples of y = W x + c, in parts.
    private func samples(_ weights: [[Float]], _ constant: [Float], noise: Float) -> [(x: Matrix, y: Matrix)] {
        var generator = SplitMix64(seed: 5)
        return (0..<3).map { _ in
            let x = Matrix(rows: 200, columns: weights[0].count)
            let y = Matrix(rows: 200, columns: weights.count)
            for row in 0..<200 {
                for i in 0..<weights[0].count { x[row, i] = 2 * generator.nextUnit() - 1 }
                for o in weights.indices {
                    let exact = weights[o].enumerated().reduce(constant[o]) { $0 + $1.1 * x[row, $1.0] }
                    y[row, o] = exact + noise * (2 * generator.nextUnit() - 1)
                }
            }
            return (x, y)
        }
    }

    private let weights: [[Float]] = [[1, -2, 0.5], [0, 3, 1], [0.25, 0, -1], [2, 2, 2]]
    private let constant: [Float] = [0.5, -1, 0, 3]

    @Test func whatIsLinearIsFoundUpToTheRidge() {
        var fit = LeastSquares(inputs: 3, outputs: 4)
        for (x, y) in samples(weights, constant, noise: 0) { fit.add(x, y) }
        let solution = fit.solution(for: [2, 0])
        for (k, o) in [2, 0].enumerated() {
            for i in 0..<3 { #expect(abs(solution.weights[k * 3 + i] - Double(weights[o][i])) < 1e-3) }
            #expect(abs(solution.constant[k] - Double(constant[o])) < 1e-3)
        }
        #expect(fit.unexplained(fit.solution(for: [0, 1, 2, 3])) < 1e-5)
    }

    @Test func theMomentsOfASolutionAreThoseOfWhatItGives() {
        var fit = LeastSquares(inputs: 3, outputs: 4)
        let samples = samples(weights, constant, noise: 0.5)
        for (x, y) in samples { fit.add(x, y) }
        let solution = fit.solution(for: [1])
        let values = samples.flatMap { x, _ in
            (0..<200).map { row in
                (0..<3).reduce(solution.constant[0]) { $0 + solution.weights[$1] * Double(x[row, $1]) }
            }
        }
        let mean = values.reduce(0, +) / 600
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 600
        let moments = fit.moments(of: solution)
        #expect(abs(moments.mean[0] - mean) < 1e-5 && abs(moments.variance[0] - variance) < 1e-4)
    }

    @Test func whatIsUnexplainedIsTheShareOfTheNoise() {
        var fit = LeastSquares(inputs: 3, outputs: 4)
        for (x, y) in samples(weights, constant, noise: 0.5) { fit.add(x, y) }
        // Uniform numbers in -a...a have the variance a^2 / 3.
        let signal = weights.joined().reduce(0) { $0 + Double($1 * $1) / 3 }
        let expected = 4 * 0.25 / 3 / (signal + 4 * 0.25 / 3)
        #expect(abs(fit.unexplained(fit.solution(for: [0, 1, 2, 3])) - expected) < 0.1 * expected)
    }

    @Test func inputsThatSayTheSameTwiceAreNoTrap() {
        var fit = LeastSquares(inputs: 2, outputs: 1)
        let x = Matrix(rows: 4, columns: 2, values: [1, 1, 2, 2, 3, 3, 0, 0])
        fit.add(x, Matrix(rows: 4, columns: 1, values: [2, 4, 6, 0]))
        let solution = fit.solution(for: [0])
        #expect(abs(solution.weights[0] + solution.weights[1] - 2) < 1e-2)
    }
}
