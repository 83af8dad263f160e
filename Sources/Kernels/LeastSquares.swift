import CNeuralKernels

/// Linear least squares with a constant, `y = W x + c`, by the normal equations with a small ridge.
public struct LeastSquares: Sendable {
    public let inputs: Int
    public let outputs: Int
    private var count = 0.0
    /// Sums of products of (x, 1) with itself, and with y: row-major.
    private var gram: [Double]
    private var products: [Double]
    /// Of y and of its squares.
    private var sum: [Double]
    private var squares: [Double]
    private let kernels: KernelSet

    public init(inputs: Int, outputs: Int, kernels: KernelSet = .best) {
        (self.inputs, self.outputs, self.kernels) = (inputs, outputs, kernels)
        gram = [Double](repeating: 0, count: (inputs + 1) * (inputs + 1))
        products = [Double](repeating: 0, count: (inputs + 1) * outputs)
        sum = [Double](repeating: 0, count: outputs)
        squares = sum
    }

    /// Takes samples into account.
    ///
    /// - Parameters:
    ///   - x: [sample][input].
    ///   - y: [sample][output].
    public mutating func add(_ x: Matrix, _ y: Matrix) {
        precondition(x.rows == y.rows && x.columns == inputs && y.columns == outputs)
        let extended = Matrix(rows: x.rows, columns: inputs + 1)
        for row in 0..<x.rows {
            for i in 0..<inputs { extended[row, i] = x[row, i] }
            extended[row, inputs] = 1
        }
        for (i, value) in extended.transposedTimes(extended, kernels: kernels).values.enumerated() {
            gram[i] += Double(value)
        }
        for (i, value) in extended.transposedTimes(y, kernels: kernels).values.enumerated() {
            products[i] += Double(value)
        }
        for (i, value) in y.values.enumerated() {
            sum[i % outputs] += Double(value)
            squares[i % outputs] += Double(value) * Double(value)
        }
        count += Double(x.rows)
    }

    public struct Solution: Sendable {
        /// [chosen output][input]
        public var weights: [Double]
        public var constant: [Double]
        let outputs: [Int]
    }

    /// W and c for some of the outputs.
    public func solution(for chosen: [Int]) -> Solution {
        let n = inputs + 1
        let mean = (0..<n).reduce(0.0) { $0 + gram[$1 * n + $1] } / Double(n)
        var factor = gram
        for i in 0..<n { factor[i * n + i] += 1e-4 * gram[i * n + i] + 1e-6 * mean + 1e-12 }
        let isPositive = factor.withUnsafeMutableBufferPointer { kernels.kernels.cholesky($0.baseAddress!, Int32(n)) }
        precondition(isPositive == 1, "a Gram matrix with a ridge is positive definite")
        let m = chosen.count
        var x = (0..<n * m).map { products[$0 / m * outputs + chosen[$0 % m]] }
        // L z = b from the top, L^T x = z from the bottom; all right-hand sides of a row at a time.
        func subtract(_ row: Int, _ factor: Double, from target: Int) {
            for k in 0..<m { x[target * m + k] -= factor * x[row * m + k] }
        }
        for i in 0..<n {
            for j in 0..<i { subtract(j, factor[i * n + j], from: i) }
            for k in 0..<m { x[i * m + k] /= factor[i * n + i] }
        }
        for i in (0..<n).reversed() {
            for k in 0..<m { x[i * m + k] /= factor[i * n + i] }
            for j in 0..<i { subtract(i, factor[i * n + j], from: j) }
        }
        return Solution(
            weights: (0..<m * inputs).map { x[$0 % inputs * m + $0 / inputs] },
            constant: (0..<m).map { x[inputs * m + $0] }, outputs: chosen)
    }

    /// The mean and the variance of each output as a solution gives it, over the samples.
    public func moments(of solution: Solution) -> (mean: [Double], variance: [Double]) {
        let n = inputs + 1
        var (means, variances) = ([Double](), [Double]())
        for k in solution.outputs.indices {
            let w = solution.weights[k * inputs..<(k + 1) * inputs] + [solution.constant[k]]
            var (mean, square) = (0.0, 0.0)
            for (i, wi) in w.enumerated() {
                mean += wi * gram[inputs * n + i] / count
                var product = 0.0
                for (j, wj) in w.enumerated() { product += wj * gram[i * n + j] }
                square += wi * product / count
            }
            means.append(mean)
            variances.append(max(0, square - mean * mean))
        }
        return (means, variances)
    }

    /// The share of the outputs' variance that a solution for all of them leaves unexplained; 0 when there is no more
    /// variance than rounding.
    public func unexplained(_ solution: Solution) -> Double {
        var (left, all) = (0.0, 0.0)
        let rounding = 1e-9 * squares.reduce(0, +)
        let moments = moments(of: solution)
        for (k, o) in solution.outputs.enumerated() {
            let w = solution.weights[k * inputs..<(k + 1) * inputs] + [solution.constant[k]]
            let cross = w.enumerated().reduce(0.0) { $0 + $1.1 * products[$1.0 * outputs + o] }
            let square = count * (moments.variance[k] + moments.mean[k] * moments.mean[k])
            left += squares[o] - 2 * cross + square
            all += squares[o] - sum[o] * sum[o] / count
        }
        return all > rounding ? max(0, left) / all : 0
    }
}
