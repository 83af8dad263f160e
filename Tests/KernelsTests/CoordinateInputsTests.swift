import Foundation
import Kernels
import Numerics
import Testing

/// From nothing through denormal numbers to nearly too large, both signs.
private let magnitudes: [Float] =
    [0]
    + (-44...38).flatMap { exponent -> [Float] in
        let value = Float(pow(10, Double(exponent)))
        return [value, -value, 2.7 * value, -0.31 * value]
    }.filter(\.isFinite)

private func kernels(_ name: String) -> KernelSet { KernelSet.all.first { $0.name == name }! }

private func result(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    var values = [Float](repeating: .nan, count: count)
    values.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    return values
}

@Suite struct CoordinateInputsTests {
    @Test(arguments: KernelSet.all.map(\.name))
    func asinhIsGoodToSixDigitsAtEverySize(variant: String) {
        let values = magnitudes + stride(from: Float(-3), through: 3, by: 0.01)
        let results = result(values.count) { kernels(variant).asinh(values, scale: 0.5, count: values.count, to: $0) }
        for (x, y) in zip(values, results) {
            // Beyond 1e18 the square is too large for single precision.
            let expected = Foundation.asinh(max(-1e18, min(1e18, 0.5 * Double(x))))
            #expect((Double(y) - expected).magnitude <= 2e-6 * expected.magnitude + 1e-40, "\(x)")
        }
        let zero = result(1) { kernels(variant).asinh([0], scale: 1, count: 1, to: $0) }
        #expect(zero == [0])
    }

    @Test(arguments: KernelSet.all.map(\.name))
    func logarithmAndSignAreThePapers(variant: String) {
        let values = magnitudes
        var signs: [Float] = []
        let logarithms = result(values.count) { logarithm in
            signs = result(values.count) {
                kernels(variant).logarithmAndSign(
                    values, scale: 2, range: 10, count: values.count, logarithm: logarithm, sign: $0)
            }
        }
        for (index, value) in values.enumerated() {
            let g = 2 * Double(value)
            guard g.magnitude < 1e38 else { continue }
            let isLarge = g.magnitude >= exp(-10)
            let expected = isLarge ? (log(g.magnitude) / 10, g < 0 ? -1 : 1) : (-1, exp(10) * g)
            #expect((Double(logarithms[index]) - expected.0).magnitude < 2e-6 * max(1, expected.0.magnitude))
            #expect((Double(signs[index]) - expected.1).magnitude < 2e-6)
        }
    }

    @Test(arguments: KernelSet.all.map(\.name))
    func theRatioToTheRootMeanSquareSurvivesZeros(variant: String) {
        let x: [Float] = [0, 1, -2, 0.1, 1e-20, 3, 0]
        let square: [Float] = [0, 1, 4, 4, 1e-30, 0, 2]
        let results = result(7) { kernels(variant).tanhRatio(x, square, squareScale: 0.25, count: 7, to: $0) }
        let expected = [0, tanh(2.0), -tanh(2.0), tanh(0.1), tanh(2e-5), 1, 0]
        for (value, reference) in zip(results, expected) { #expect((Double(value) - reference).magnitude < 1e-6) }
    }

    @Test(arguments: KernelSet.all.map(\.name), [1, 15, 16, 17, 50])
    func aMoveAndItsGradientAreTheFormulas(variant: String, count: Int) {
        var generator = SplitMix64(seed: 4)
        func vector(_ count: Int) -> [Float] { (0..<count).map { _ in 4 * generator.nextUnit() - 2 } }
        let (d, g, s, b, e, up) = (
            vector(count), vector(count), vector(count), vector(count), vector(count), vector(count)
        )
        let outputs = AlignedBuffer(vector(6 * 64))
        let gradient = AlignedBuffer(6 * 64)
        let rule = QuasiNewtonRule(direction: 1.5, gradient: 0.2, move: 0.5, free: 0.01, means: 0.7)
        let moves = result(count) {
            kernels(variant).quasiNewtonMove(
                rule, outputs: outputs.pointer, stride: 64, direction: d, gradient: g, move: s, common: b, broad: e,
                count: count,
                to: $0)
        }
        kernels(variant).quasiNewtonMoveGradient(
            rule, upstream: up, outputs: outputs.pointer, stride: 64, direction: d, gradient: g, move: s, common: b,
            broad: e, count: count, to: gradient.pointer)
        func move(_ index: Int, _ o: [Double]) -> Double {
            -(exp(1.5 * tanh(o[0])) * Double(d[index]) + 0.2 * tanh(o[1]) * Double(g[index])
                + 0.7 * (tanh(o[4]) * Double(b[index]) + tanh(o[5]) * Double(e[index]))) + 0.5 * tanh(o[2])
                * Double(s[index]) + 0.01 * tanh(o[3])
        }
        for index in 0..<count {
            let o = (0..<6).map { Double(outputs.pointer[64 * $0 + index]) }
            #expect((Double(moves[index]) - move(index, o)).magnitude < 1e-5)
            for k in 0..<6 {
                var (above, below) = (o, o)
                above[k] += 1e-5
                below[k] -= 1e-5
                let slope = Double(up[index]) * (move(index, above) - move(index, below)) / 2e-5
                #expect((Double(gradient.pointer[64 * k + index]) - slope).magnitude < 2e-5)
            }
        }
    }

    @Test(arguments: KernelSet.all.map(\.name))
    func outputsOfZeroAreTheDirectionToTheBit(variant: String) {
        let d: [Float] = (0..<40).map { Float($0) * 0.123 - 2 }
        let zeros = AlignedBuffer(6 * 64)
        let rule = QuasiNewtonRule(direction: 1.5, gradient: 0.5, move: 0.5, free: 0.5, means: 1)
        let moves = result(40) {
            kernels(variant).quasiNewtonMove(
                rule, outputs: zeros.pointer, stride: 64, direction: d, gradient: d, move: d, common: d, broad: d,
                count: 40,
                to: $0)
        }
        #expect(moves == d.map { -$0 })
    }

    @Test(arguments: KernelSet.all.map(\.name), [0, 1, 15, 64, 8191, 8193, 20_000])
    func innerProductsAreThoseOfDoublePrecision(variant: String, count: Int) {
        var generator = SplitMix64(seed: 9)
        let (a, b) = ((0..<count).map { _ in generator.nextUnit() }, (0..<count).map { _ in generator.nextUnit() })
        let expected = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect((kernels(variant).dot(a, b, count: count) - expected).magnitude <= 1e-6 * expected)
    }

    @Test(arguments: KernelSet.all.map(\.name), [1, 15, 16, 51, 64, 130])
    func innerProductsOfWindowsHeedNothingBesideThem(variant: String, width: Int) {
        var generator = SplitMix64(seed: 10)
        let stride = width + 3
        var (a, b) = ((0..<7 * stride).map { _ in generator.nextUnit() }, [Float](repeating: .nan, count: 7 * stride))
        var expected = 0.0
        for y in 0..<7 {
            for index in y * stride..<y * stride + width {
                b[index] = generator.nextUnit()
                expected += Double(a[index]) * Double(b[index])
            }
            for index in y * stride + width..<(y + 1) * stride { a[index] = .nan }
        }
        let product = kernels(variant).dot(
            a, b, from: 0, height: 7, width: width, stride: stride)
        #expect((product - expected).magnitude <= 1e-6 * expected)
    }
}
