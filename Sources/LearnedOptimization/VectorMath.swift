import Kernels
import Numerics

/// Arithmetic on long vectors, as fast as memory delivers them.
///
/// Vectors are cut into chunks that stay in cache while several operations pass over them. A sum is taken in single
/// precision over SIMD lanes within a chunk and in double precision over the chunks, in their order; so no result
/// depends on the number of threads.
enum VectorMath {
    static let chunkLength = 8192

    private typealias Lanes = SIMD16<Float>

    // MARK: - Sums

    /// sum |x_i|
    static func sumOfMagnitudes(_ x: [Float]) -> Double {
        sum(x.count) { range in
            x.withUnsafeBufferPointer { x in
                var lanes = Lanes.zero
                var index = range.lowerBound
                while index + Lanes.scalarCount <= range.upperBound {
                    let bits = unsafeBitCast(load(x.baseAddress!, index), to: SIMD16<UInt32>.self)
                    lanes += unsafeBitCast(bits & 0x7fff_ffff, to: Lanes.self)
                    index += Lanes.scalarCount
                }
                var tail: Float = 0
                for index in index..<range.upperBound { tail += x[index].magnitude }
                return Double(lanes.sum()) + Double(tail)
            }
        }
    }

    /// sum a_i b_i
    static func dot(_ a: [Float], _ b: [Float]) -> Double {
        precondition(a.count == b.count)
        return sum(a.count) { chunkDot(a, b, $0) }
    }

    /// The matrix of inner products `rows[i]` . `columns[j]`, each vector being read from memory once.
    static func innerProducts(_ rows: [[Float]], _ columns: [[Float]]) -> [[Double]] {
        guard let length = columns.first?.count else { return rows.map { _ in [] } }
        precondition((rows + columns).allSatisfy { $0.count == length })
        let products = sums(rows.count * columns.count, over: length) { range, store in
            for (i, row) in rows.enumerated() {
                for (j, column) in columns.enumerated() {
                    store(i * columns.count + j, chunkDot(row, column, range))
                }
            }
        }
        return rows.indices.map { i in Array(products[i * columns.count..<(i + 1) * columns.count]) }
    }

    // MARK: - New vectors

    /// a - b
    static func difference(_ a: [Float], _ b: [Float]) -> [Float] {
        precondition(a.count == b.count)
        return vector(a.count) { result, range in
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    for index in range { result[index] = a[index] - b[index] }
                }
            }
        }
    }

    /// The vector of that length whose chunks `body` writes.
    static func vector(
        _ length: Int, _ body: @Sendable (UnsafeMutablePointer<Float>, Range<Int>) -> Void
    ) -> [Float] {
        Parallel.array(length, chunk: chunkLength) { index, _, chunk in
            let range = range(ofChunk: index, length)
            body(chunk.baseAddress! - range.lowerBound, range)
        }
    }

    // MARK: - Changes in place

    /// x <- scale x + sum_k coefficients[k] vectors[k], added in that order.
    static func combine(_ x: inout [Float], scaledBy scale: Float, adding coefficients: [Float], of vectors: [[Float]])
    {
        precondition(coefficients.count == vectors.count && vectors.allSatisfy { $0.count == x.count })
        update(&x) { x, range in
            // The chunk of x stays in cache while one vector after the other is added to it.
            for index in range { x[index] *= scale }
            for (coefficient, vector) in zip(coefficients, vectors) {
                vector.withUnsafeBufferPointer { vector in
                    let vector = vector.baseAddress!
                    for index in range { x[index] += coefficient * vector[index] }
                }
            }
        }
    }

    /// x += scale * direction
    static func add(_ scale: Float, _ direction: [Float], to x: inout [Float]) {
        precondition(x.count == direction.count)
        update(&x) { x, range in
            direction.withUnsafeBufferPointer { direction in
                let direction = direction.baseAddress!
                for index in range { x[index] += scale * direction[index] }
            }
        }
    }

    /// Copies `source` into the memory `target` already has.
    static func copy(_ source: [Float], to target: inout [Float]) {
        guard source.count == target.count else {
            target = vector(source.count) { target, range in
                source.withUnsafeBufferPointer { source in
                    for index in range { target[index] = source[index] }
                }
            }
            return
        }
        update(&target) { target, range in
            source.withUnsafeBufferPointer { source in
                let source = source.baseAddress!
                for index in range { target[index] = source[index] }
            }
        }
    }

    static func clamp(_ x: inout [Float], to bounds: ClosedRange<Float>) {
        let (lower, upper) = (bounds.lowerBound, bounds.upperBound)
        update(&x) { x, range in
            for index in range { x[index] = min(max(x[index], lower), upper) }
        }
    }

    /// Gives `body` one chunk of `x` after another, on several threads.
    static func update(_ x: inout [Float], _ body: @Sendable (UnsafeMutablePointer<Float>, Range<Int>) -> Void) {
        update(&x, sharing: ()) { x, _, range in body(x, range) }
    }

    /// The same with pointers to other vectors, of which `body` looks at the same chunk.
    static func update<Shared>(
        _ x: inout [Float], sharing shared: Shared,
        _ body: @Sendable (UnsafeMutablePointer<Float>, Shared, Range<Int>) -> Void
    ) {
        let length = x.count
        x.withUnsafeMutableBufferPointer { x in
            guard let x = x.baseAddress else { return }
            Parallel.forEach(chunkCount(length), sharing: (x: x, shared: shared)) { both, index, _ in
                body(both.x, both.shared, range(ofChunk: index, length))
            }
        }
    }

    // MARK: - Chunks

    private static func chunkCount(_ length: Int) -> Int { (length + chunkLength - 1) / chunkLength }

    private static func range(ofChunk index: Int, _ length: Int) -> Range<Int> {
        index * chunkLength..<min((index + 1) * chunkLength, length)
    }

    private static func sum(_ length: Int, _ body: @Sendable (Range<Int>) -> Double) -> Double {
        Parallel.map(chunkCount(length)) { body(range(ofChunk: $0, length)) }.reduce(0, +)
    }

    /// `count` sums over all chunks; `body` stores each one's part for its chunk.
    private static func sums(
        _ count: Int, over length: Int, _ body: @Sendable (Range<Int>, _ store: (Int, Double) -> Void) -> Void
    ) -> [Double] {
        let parts = Parallel.map(chunkCount(length)) { index in
            var part = [Double](repeating: 0, count: count)
            body(range(ofChunk: index, length)) { part[$0] = $1 }
            return part
        }
        var totals = [Double](repeating: 0, count: count)
        for part in parts { for (index, value) in part.enumerated() { totals[index] += value } }
        return totals
    }

    private static func chunkDot(_ a: [Float], _ b: [Float], _ range: Range<Int>) -> Double {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
                return KernelSet.best.dot(a + range.lowerBound, b + range.lowerBound, count: range.count)
            }
        }
    }

    @inline(__always)
    private static func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> Lanes {
        UnsafeRawPointer(pointer + index).loadUnaligned(as: Lanes.self)
    }
}
