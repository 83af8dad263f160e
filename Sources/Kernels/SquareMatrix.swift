import CNeuralKernels

/// A dense row-major n x n matrix of floats, n a multiple of 16.
public struct SquareMatrix: @unchecked Sendable {
    public let n: Int
    @usableFromInline let buffer: AlignedBuffer

    /// The zero matrix.
    public init(_ n: Int) {
        precondition(n > 0 && n % 16 == 0)
        self.n = n
        buffer = AlignedBuffer((n + Int(MATRIX_ROW_SLACK)) * n)
    }

    public init(_ n: Int, values: [Double]) {
        precondition(values.count == n * n)
        self.init(n)
        for i in 0..<n * n { buffer.pointer[i] = Float(values[i]) }
    }

    /// Calls `body` with the n * n values, row after row. The memory is shared by copies of the matrix.
    @inlinable
    public func withValues<Result>(_ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result {
        withExtendedLifetime(buffer) { body(UnsafeMutableBufferPointer(start: buffer.pointer, count: n * n)) }
    }

    public var transposed: SquareMatrix {
        let result = SquareMatrix(n)
        withValues { values in
            result.withValues { transposed in
                for i in 0..<n { for j in 0..<n { transposed[j * n + i] = values[i * n + j] } }
            }
        }
        return result
    }

    /// Writes self times `other` to `result`.
    public func multiply(_ other: SquareMatrix, into result: SquareMatrix, kernels: KernelSet) {
        multiply(rowStep: n, columnStep: 1, by: other, into: result, kernels)
    }

    /// Writes the transpose of self times `other` to `result`.
    public func transposedMultiply(_ other: SquareMatrix, into result: SquareMatrix, kernels: KernelSet) {
        multiply(rowStep: 1, columnStep: n, by: other, into: result, kernels)
    }

    /// Writes the transpose of self times self, which is symmetric, to `result`: only its upper triangle, in whole
    /// blocks of 16 x 16, which is what `shiftAndScale` looks at.
    public func gram(into result: SquareMatrix, kernels: KernelSet) {
        multiply(rowStep: 1, columnStep: n, by: self, into: result, isSymmetric: true, kernels)
    }

    private func multiply(
        rowStep: Int, columnStep: Int, by other: SquareMatrix, into result: SquareMatrix, isSymmetric: Bool = false,
        _ kernels: KernelSet
    ) {
        precondition(n == other.n && n == result.n)
        var job = MatrixProduct(
            a: buffer.pointer, row_step: rowStep, a_step: columnStep, b: other.buffer.pointer, b_step: n,
            c: result.buffer.pointer, c_step: n, columns: Int32(n), count: Int32(n),
            is_symmetric: isSymmetric ? 1 : 0)
        // Losses of different layers are computed side by side; what is split besides is worth it only when large.
        withUnsafePointer(to: &job) { job in
            kernels.forEachRange(of: n, step: n < 256 ? n : 48) { start, end in
                kernels.kernels.matrix_product(job, Int32(start), Int32(end))
            }
        }
    }

    /// Replaces the symmetric matrix, of which the upper triangle is known in whole blocks of 16 x 16, by `shift` I +
    /// `scale` times itself.
    ///
    /// - Returns: the squared Frobenius norm of the matrix minus I as it was.
    public func shiftAndScale(_ shift: Float, _ scale: Float, kernels: KernelSet) -> Double {
        kernels.kernels.shift_and_scale(buffer.pointer, Int32(n), shift, scale)
    }

    /// Replaces `other` by the x of self^T x = other, self being lower triangular.
    public func solveTransposed(_ other: SquareMatrix, kernels: KernelSet) {
        precondition(n == other.n)
        kernels.kernels.solve_transposed(buffer.pointer, other.buffer.pointer, Int32(n))
    }

    /// The lower triangular L of L L^T = `matrix`, or `nil` when it is not positive definite.
    public static func cholesky(_ matrix: [Double], n: Int, kernels: KernelSet) -> SquareMatrix? {
        precondition(matrix.count == n * n)
        var factor = matrix
        let isPositive = factor.withUnsafeMutableBufferPointer { kernels.kernels.cholesky($0.baseAddress!, Int32(n)) }
        return isPositive == 1 ? SquareMatrix(n, values: factor) : nil
    }
}
