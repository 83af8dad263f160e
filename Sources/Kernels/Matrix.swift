import CNeuralKernels

/// A row-major matrix of floats, its rows padded with zeros to a multiple of 16: memory that its holders share.
public final class Matrix: Sendable {
    public let rows: Int
    public let columns: Int
    private let stride: Int
    private let buffer: AlignedBuffer

    /// The zero matrix.
    public init(rows: Int, columns: Int) {
        precondition(rows > 0 && columns > 0)
        self.rows = rows
        self.columns = columns
        stride = (columns + 15) / 16 * 16
        buffer = AlignedBuffer((rows + Int(MATRIX_ROW_SLACK)) * stride + Int(MATRIX_ROW_SLACK))
    }

    /// - Parameter values: row after row.
    public convenience init(rows: Int, columns: Int, values: [Float]) {
        precondition(values.count == rows * columns)
        self.init(rows: rows, columns: columns)
        values.withUnsafeBufferPointer { values in
            for row in 0..<rows {
                (buffer.pointer + row * stride).update(from: values.baseAddress! + row * columns, count: columns)
            }
        }
    }

    public subscript(row: Int, column: Int) -> Float {
        get { buffer.pointer[row * stride + column] }
        set { buffer.pointer[row * stride + column] = newValue }
    }

    /// Row after row.
    public var values: [Float] {
        [Float](unsafeUninitializedCapacity: rows * columns) { values, count in
            for row in 0..<rows {
                (values.baseAddress! + row * columns).initialize(from: buffer.pointer + row * stride, count: columns)
            }
            count = rows * columns
        }
    }

    // MARK: - Products

    /// Self times `other`.
    public func times(_ other: Matrix, kernels: KernelSet) -> Matrix {
        let result = Matrix(rows: rows, columns: other.columns)
        multiply(other, into: result, kernels: kernels)
        return result
    }

    /// The transpose of self times `other`.
    public func transposedTimes(_ other: Matrix, kernels: KernelSet) -> Matrix {
        let result = Matrix(rows: columns, columns: other.columns)
        transposedMultiply(other, into: result, kernels: kernels)
        return result
    }

    /// Writes self times `other` to `result`.
    public func multiply(_ other: Matrix, into result: Matrix, kernels: KernelSet) {
        precondition(columns == other.rows && result.rows == rows)
        multiply(rowStep: stride, columnStep: 1, count: columns, other, into: result, kernels)
    }

    /// Writes the transpose of self times `other` to `result`.
    public func transposedMultiply(_ other: Matrix, into result: Matrix, kernels: KernelSet) {
        precondition(rows == other.rows && result.rows == columns)
        multiply(rowStep: 1, columnStep: stride, count: rows, other, into: result, kernels)
    }

    /// Writes the transpose of self times self, which is symmetric, to `result`: only its upper triangle, in whole
    /// blocks of 16 x 16, which is what `shiftAndScale` looks at.
    public func gram(into result: Matrix, kernels: KernelSet) {
        precondition(result.rows == columns)
        multiply(rowStep: 1, columnStep: stride, count: rows, self, into: result, isSymmetric: true, kernels)
    }

    private func multiply(
        rowStep: Int, columnStep: Int, count: Int, _ other: Matrix, into result: Matrix, isSymmetric: Bool = false,
        _ kernels: KernelSet
    ) {
        precondition(result.columns == other.columns)
        let job = MatrixProduct(
            a: buffer.pointer, row_step: rowStep, a_step: columnStep, b: other.buffer.pointer, b_step: other.stride,
            c: result.buffer.pointer, c_step: result.stride, columns: Int32(other.stride), count: Int32(count),
            is_symmetric: isSymmetric ? 1 : 0)
        // Losses of different layers are computed side by side; what is split besides is worth it only when large.
        let rows = result.rows
        kernels.forEachRange(of: rows, step: rows * other.stride * count < 1 << 24 ? rows : 48, job) {
            kernels.kernels.matrix_product($0, $1, $2)
        }
    }
}

/// Of n rows and as many columns, n a multiple of 16.
extension Matrix {
    /// The zero matrix.
    public convenience init(square n: Int) {
        precondition(n % 16 == 0)
        self.init(rows: n, columns: n)
    }

    public convenience init(square n: Int, values: [Double]) {
        precondition(values.count == n * n)
        self.init(square: n)
        for i in 0..<n * n { buffer.pointer[i] = Float(values[i]) }
    }

    /// Calls `body` with the n * n values, row after row.
    public func withValues<Result>(_ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result {
        precondition(stride == columns)
        return withExtendedLifetime(buffer) {
            body(UnsafeMutableBufferPointer(start: buffer.pointer, count: rows * columns))
        }
    }

    public var transposed: Matrix {
        let result = Matrix(square: rows)
        withValues { values in
            result.withValues { transposed in
                for i in 0..<rows { for j in 0..<rows { transposed[j * rows + i] = values[i * rows + j] } }
            }
        }
        return result
    }

    /// Replaces the symmetric matrix, of which the upper triangle is known in whole blocks of 16 x 16, by `shift` I +
    /// `scale` times itself.
    ///
    /// - Returns: the squared Frobenius norm of the matrix minus I as it was.
    public func shiftAndScale(_ shift: Float, _ scale: Float, kernels: KernelSet) -> Double {
        precondition(rows == stride)
        return kernels.kernels.shift_and_scale(buffer.pointer, Int32(rows), shift, scale)
    }

    /// Replaces `other` by the x of self^T x = other, self being lower triangular.
    public func solveTransposed(_ other: Matrix, kernels: KernelSet) {
        precondition(rows == stride && other.rows == rows && other.stride == stride)
        kernels.kernels.solve_transposed(buffer.pointer, other.buffer.pointer, Int32(rows))
    }

    /// The lower triangular L of L L^T = `matrix`, or `nil` when it is not positive definite.
    public static func cholesky(_ matrix: [Double], n: Int, kernels: KernelSet) -> Matrix? {
        precondition(matrix.count == n * n)
        var factor = matrix
        let isPositive = factor.withUnsafeMutableBufferPointer { kernels.kernels.cholesky($0.baseAddress!, Int32(n)) }
        return isPositive == 1 ? Matrix(square: n, values: factor) : nil
    }
}
