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
        x.withUnsafeBufferPointer { x in
            sums(1, over: x.count) { range, _ in
                var lanes = Lanes.zero
                let tail = range.upperBound - range.count % Lanes.scalarCount
                for index in stride(from: range.lowerBound, to: tail, by: Lanes.scalarCount) {
                    let values = UnsafeRawPointer(x.baseAddress! + index).loadUnaligned(as: SIMD16<UInt32>.self)
                    lanes += unsafeBitCast(values & 0x7fff_ffff, to: Lanes.self)
                }
                return Double(lanes.sum()) + Double(x[tail..<range.upperBound].reduce(0) { $0 + $1.magnitude })
            }[0]
        }
    }

    /// The mean of |x_i|; 0 of nothing.
    static func meanMagnitude(_ x: [Float]) -> Double { sumOfMagnitudes(x) / Double(max(x.count, 1)) }

    /// sum a_i b_i
    static func dot(_ a: [Float], _ b: [Float]) -> Double { innerProducts([a], [b])[0][0] }

    /// The matrix of inner products `rows[i]` . `columns[j]`, each vector being read from memory once.
    static func innerProducts(_ rows: [[Float]], _ columns: [[Float]]) -> [[Double]] {
        guard let length = columns.first?.count else { return rows.map { _ in [] } }
        precondition((rows + columns).allSatisfy { $0.count == length })
        let products = sums(rows.count * columns.count, over: length) { range, product in
            rows[product / columns.count].withUnsafeBufferPointer { a in
                columns[product % columns.count].withUnsafeBufferPointer { b in
                    KernelSet.best.dot(
                        a.baseAddress! + range.lowerBound, b.baseAddress! + range.lowerBound, count: range.count)
                }
            }
        }
        return rows.indices.map { i in Array(products[i * columns.count..<(i + 1) * columns.count]) }
    }

    /// `count` sums over all chunks, of which `body` gives a chunk's part.
    private static func sums(_ count: Int, over length: Int, _ body: (Range<Int>, _ sum: Int) -> Double) -> [Double] {
        let chunks = chunkCount(length)
        var parts = [Double](repeating: 0, count: chunks * count)
        parts.withUnsafeMutableBufferPointer { parts in
            Parallel.forEachUnchecked(chunks) { chunk, _ in
                for sum in 0..<count { parts[chunk * count + sum] = body(range(ofChunk: chunk, length), sum) }
            }
        }
        return (0..<count).map { sum in stride(from: sum, to: parts.count, by: count).reduce(0) { $0 + parts[$1] } }
    }

    // MARK: - New vectors

    /// a - b
    static func difference(_ a: [Float], _ b: [Float]) -> [Float] {
        precondition(a.count == b.count)
        var difference = uninitialized(a.count)
        update(&difference, with: a, b) { $0 = $1 - $2 }
        return difference
    }

    private static func uninitialized(_ length: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: length) { $1 = length }
    }

    // MARK: - Changes in place

    /// x <- scale x
    static func scale(_ x: inout [Float], by scale: Float) {
        combine(&x, scaledBy: scale, adding: [], of: [])
    }

    /// Scales a vector to components of this magnitude in the mean; zeros stay zeros.
    ///
    /// - Returns: the scale.
    @discardableResult
    static func scale(_ x: inout [Float], toMean magnitude: Float) -> Float {
        var rate = Float(Double(magnitude) / meanMagnitude(x))
        if !rate.isFinite { rate = 0 }
        scale(&x, by: rate)
        return rate
    }

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
        update(&x, with: direction) { $0 += scale * $1 }
    }

    /// Copies `source` into the memory `target` already has.
    static func copy(_ source: [Float], to target: inout [Float]) {
        if source.count != target.count { target = uninitialized(source.count) }
        update(&target, with: source) { $0 = $1 }
    }

    static func clamp(_ x: inout [Float], to bounds: ClosedRange<Float>) {
        let (lower, upper) = (bounds.lowerBound, bounds.upperBound)
        update(&x) { x, range in
            for index in range { x[index] = min(max(x[index], lower), upper) }
        }
    }

    /// Gives `body` each component of `x` with those of another vector.
    @inline(__always)
    static func update(_ x: inout [Float], with a: [Float], _ body: (_ x: inout Float, _ a: Float) -> Void) {
        precondition(a.count == x.count)
        a.withUnsafeBufferPointer { a in
            update(&x) { x, range in
                let a = a.baseAddress!
                for index in range { body(&x[index], a[index]) }
            }
        }
    }

    /// Gives `body` each component of `x` with those of two other vectors.
    @inline(__always)
    static func update(
        _ x: inout [Float], with a: [Float], _ b: [Float], _ body: (_ x: inout Float, _ a: Float, _ b: Float) -> Void
    ) {
        precondition(a.count == x.count && b.count == x.count)
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                update(&x) { x, range in
                    let (a, b) = (a.baseAddress!, b.baseAddress!)
                    for index in range { body(&x[index], a[index], b[index]) }
                }
            }
        }
    }

    /// Gives `body` each component of `x` and of a state as long with those of another vector.
    @inline(__always)
    static func update(
        _ x: inout [Float], _ state: inout [Float], with a: [Float],
        _ body: (_ x: inout Float, _ state: inout Float, _ a: Float) -> Void
    ) {
        precondition(a.count == x.count && state.count == x.count)
        a.withUnsafeBufferPointer { a in
            state.withUnsafeMutableBufferPointer { state in
                guard let a = a.baseAddress, let state = state.baseAddress else { return }
                update(&x) { x, range in
                    for index in range { body(&x[index], &state[index], a[index]) }
                }
            }
        }
    }

    /// Gives `body` one chunk of `x` after another, on several threads.
    static func update(_ x: inout [Float], _ body: (UnsafeMutablePointer<Float>, Range<Int>) -> Void) {
        x.withUnsafeMutableBufferPointer { x in
            guard let pointer = x.baseAddress else { return }
            let count = x.count
            Parallel.forEachUnchecked(chunkCount(count)) { chunk, _ in body(pointer, range(ofChunk: chunk, count)) }
        }
    }

    // MARK: - Chunks

    private static func chunkCount(_ length: Int) -> Int { (length + chunkLength - 1) / chunkLength }

    private static func range(ofChunk index: Int, _ length: Int) -> Range<Int> {
        index * chunkLength..<min((index + 1) * chunkLength, length)
    }
}
