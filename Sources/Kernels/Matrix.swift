import CNeuralKernels

/// A row-major matrix of floats, its rows padded with zeros to a multiple of 16.
public struct Matrix: @unchecked Sendable {
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
    public init(rows: Int, columns: Int, values: [Float]) {
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
        nonmutating set { buffer.pointer[row * stride + column] = newValue }
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

    /// Self times `other`.
    public func times(_ other: Matrix, kernels: KernelSet) -> Matrix {
        precondition(columns == other.rows)
        return product(rows: rows, rowStep: stride, columnStep: 1, count: columns, other, kernels)
    }

    /// The transpose of self times `other`.
    public func transposedTimes(_ other: Matrix, kernels: KernelSet) -> Matrix {
        precondition(rows == other.rows)
        return product(rows: columns, rowStep: 1, columnStep: stride, count: rows, other, kernels)
    }

    private func product(
        rows: Int, rowStep: Int, columnStep: Int, count: Int, _ other: Matrix, _ kernels: KernelSet
    ) -> Matrix {
        let result = Matrix(rows: rows, columns: other.columns)
        var job = MatrixProduct(
            a: buffer.pointer, row_step: rowStep, a_step: columnStep, b: other.buffer.pointer, b_step: other.stride,
            c: result.buffer.pointer, c_step: result.stride, columns: Int32(other.stride), count: Int32(count),
            is_symmetric: 0)
        withUnsafePointer(to: &job) { job in
            kernels.forEachRange(of: rows, step: 4 * Int(kernels.kernels.tile_rows)) { start, end in
                kernels.kernels.matrix_product(job, Int32(start), Int32(end))
            }
        }
        return result
    }
}
