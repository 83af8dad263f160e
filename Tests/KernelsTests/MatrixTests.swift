import Numerics
import Testing

@testable import Kernels

@Suite struct MatrixTests {
    private func random(_ n: Int, seed: UInt64) -> [Double] {
        var generator = SplitMix64(seed: seed)
        return (0..<n * n).map { _ in Double(generator.nextUnit() * 2 - 1) }
    }

    private func product(_ a: [Double], _ b: [Double], _ n: Int, transposed: Bool = false) -> [Double] {
        var c = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for k in 0..<n {
                let factor = transposed ? a[k * n + i] : a[i * n + k]
                for j in 0..<n { c[i * n + j] += factor * b[k * n + j] }
            }
        }
        return c
    }

    @Test(arguments: KernelSet.all.indices, [16, 32, 48, 112, 128])
    func productsEqualTheDirectSum(variant: Int, n: Int) {
        let kernels = KernelSet.all[variant]
        let (a, b) = (random(n, seed: 1), random(n, seed: 2))
        let result = Matrix(square: n)
        let (x, y) = (Matrix(square: n, values: a), Matrix(square: n, values: b))
        x.multiply(y, into: result, kernels: kernels)
        #expect(Oracle.distance(product(a, b, n), result.floats) < 1e-5)  // 128 products of numbers below 1
        x.transposedMultiply(y, into: result, kernels: kernels)
        #expect(Oracle.distance(product(a, b, n, transposed: true), result.floats) < 1e-5)
    }

    @Test(arguments: KernelSet.all.indices, [16, 48, 112, 256])
    func aGramMatrixIsTheProductWithTheTransposeFromItsDiagonalBlocksOn(variant: Int, n: Int) {
        let kernels = KernelSet.all[variant]
        let x = Matrix(square: n, values: random(n, seed: 5))
        let (whole, upper) = (Matrix(square: n), Matrix(square: n))
        x.transposedMultiply(x, into: whole, kernels: kernels)
        x.gram(into: upper, kernels: kernels)
        let (expected, found) = (whole.floats, upper.floats)
        for i in 0..<n { for j in i / 16 * 16..<n { #expect(found[i * n + j] == expected[i * n + j]) } }
    }

    @Test(arguments: KernelSet.all.indices, [16, 48])
    func shiftingAndScalingTellsHowFarTheMatrixWasFromTheIdentity(variant: Int, n: Int) {
        var a = random(n, seed: 6)
        for i in 0..<n { for j in 0..<i { a[i * n + j] = a[j * n + i] } }
        var upper = a
        for i in 0..<n { for j in 0..<i / 16 * 16 { upper[i * n + j] = 99 } }
        let matrix = Matrix(square: n, values: upper)
        let distance = matrix.shiftAndScale(3, -0.5, kernels: KernelSet.all[variant])
        let identity = (0..<n * n).map { $0 / n == $0 % n ? 1.0 : 0 }
        let expected = zip(a, identity).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect(abs(distance / expected - 1) < 1e-6)  // single precision along a row
        let shifted = zip(a, identity).map { 3 * $1 - 0.5 * $0 }
        #expect(Oracle.distance(shifted, matrix.floats) < 1e-6)
    }

    @Test(arguments: KernelSet.all.indices, [16, 48, 128])
    func aCholeskyFactorTimesItsTransposeIsTheMatrixAndSolvesWithIt(variant: Int, n: Int) throws {
        let kernels = KernelSet.all[variant]
        let a = random(n, seed: 3)
        var matrix = product(a, a, n, transposed: true)
        for i in 0..<n { matrix[i * n + i] += 1 }
        let factor = try #require(Matrix.cholesky(matrix, n: n, kernels: kernels))
        let lower = factor.floats.map(Double.init)
        for i in 0..<n { for j in i + 1..<n { #expect(lower[i * n + j] == 0) } }
        let transposed = factor.transposed.floats.map(Double.init)
        let rebuilt = product(lower, transposed, n).map(Float.init)
        #expect(Oracle.distance(matrix, rebuilt) < 1e-4)  // entries of size n / 3, of which a float holds 7 digits

        let b = random(n, seed: 4)
        let solution = Matrix(square: n, values: b)
        factor.solveTransposed(solution, kernels: kernels)
        let back = product(lower, solution.floats.map(Double.init), n, transposed: true).map(Float.init)
        #expect(Oracle.distance(b, back) < 1e-4)  // the same, through a triangle of condition 10
    }

    @Test func aMatrixThatIsNotPositiveDefiniteHasNoCholeskyFactor() {
        var matrix = [Double](repeating: 0, count: 256)
        for i in 0..<16 { matrix[i * 17] = i == 9 ? -1 : 1 }
        #expect(Matrix.cholesky(matrix, n: 16, kernels: .best) == nil)
    }
}

extension Matrix {
    fileprivate var floats: [Float] { withValues { Array($0) } }
}
