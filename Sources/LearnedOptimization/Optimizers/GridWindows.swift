import Kernels
import Numerics

/// Rectangles side by side that cover a grid, each through all planes, in which L-BFGS may know curvatures of their
/// own.
///
/// Sums are taken window by window; coefficients are a window's own at its centre and linear between centres.
struct GridWindows: Sendable {
    /// Where windows begin, and where the last ends.
    private let rowEdges: [Int], columnEdges: [Int]
    /// `nil` when one window is all, of any shape.
    private let grid: Grid?

    var count: Int { (rowEdges.count - 1) * (columnEdges.count - 1) }

    /// The sums of a window also take so much of the mean over all: an objective is not as local as its windows, and a
    /// window that lies still would have nothing to tell.
    private static let commonShare = 0.5
    private static let smallestEdge = 64
    /// Rows of a plane that stay in cache while several vectors are read.
    private static let stripHeight = 16

    /// The whole of any vector.
    static let whole = GridWindows()

    private init() {
        (grid, rowEdges, columnEdges) = (nil, [0, 1], [0, 1])
    }

    /// Windows about as high as wide.
    ///
    /// - Parameter count: along the shorter edge; fewer where they would be narrower than 64. Along the longer edge
    ///   there is a whole number of them, which leaves none narrower than 48.
    init(_ grid: Grid, alongShorterEdge count: Int) {
        let shorter = min(grid.height, grid.width)
        let parts = max(1, min(count, shorter / Self.smallestEdge))
        let edge = max(Double(shorter) / Double(parts), Double(Self.smallestEdge))
        func edges(_ length: Int) -> [Int] {
            let parts = max(1, Int((Double(length) / edge).rounded()))
            return (0...parts).map { $0 * length / parts }
        }
        (rowEdges, columnEdges) = (edges(grid.height), edges(grid.width))
        self.grid = rowEdges.count > 2 || columnEdges.count > 2 ? grid : nil
    }

    // MARK: - Sums

    /// The inner products `rows[i]` . `columns[j]` in each window, by [window][i][j].
    func innerProducts(_ rows: [[Float]], _ columns: [[Float]]) -> [[[Double]]] {
        guard let grid else { return [VectorMath.innerProducts(rows, columns)] }
        precondition((rows + columns).allSatisfy { $0.count == grid.count })
        let products = rows.count * columns.count
        var sums = [Double](repeating: 0, count: count * products)
        sums.withUnsafeMutableBufferPointer { sums in
            Parallel.forEach(count, sharing: sums) { sums, window, _ in
                forEachStrip(of: window, grid) { offset, height, width in
                    var place = window * products
                    for row in rows {
                        for column in columns {
                            sums[place] += KernelSet.best.dot(
                                row, column, from: offset, height: height, width: width, stride: grid.width)
                            place += 1
                        }
                    }
                }
            }
        }
        var totals = [Double](repeating: 0, count: products)
        for (place, sum) in sums.enumerated() { totals[place % products] += sum }
        return (0..<count).map { window in
            let share = Self.commonShare * Double(area(of: window)) / Double(grid.height * grid.width)
            return rows.indices.map { i in
                columns.indices.map { j in
                    let product = i * columns.count + j
                    return sums[window * products + product] + share * totals[product]
                }
            }
        }
    }

    private func bounds(of window: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        let (row, column) = window.quotientAndRemainder(dividingBy: columnEdges.count - 1)
        return (rowEdges[row]..<rowEdges[row + 1], columnEdges[column]..<columnEdges[column + 1])
    }

    private func area(of window: Int) -> Int {
        let (rows, columns) = bounds(of: window)
        return rows.count * columns.count
    }

    private func forEachStrip(
        of window: Int, _ grid: Grid, _ body: (_ offset: Int, _ height: Int, _ width: Int) -> Void
    ) {
        let (rows, columns) = bounds(of: window)
        for plane in 0..<grid.planes {
            for top in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.stripHeight) {
                body(
                    (plane * grid.height + top) * grid.width + columns.lowerBound,
                    min(Self.stripHeight, rows.upperBound - top), columns.count)
            }
        }
    }

    // MARK: - Combinations

    /// sum_k c_k vectors[k], with coefficients that vary from place to place.
    ///
    /// - Parameter coefficients: c_k at the windows' centres, by [window][k].
    func combination(of vectors: [[Float]], _ coefficients: [[Double]]) -> [Float] {
        guard let grid else {
            var result = vectors[0]
            VectorMath.combine(
                &result, scaledBy: Float(coefficients[0][0]), adding: coefficients[0].dropFirst().map { Float($0) },
                of: Array(vectors.dropFirst()))
            return result
        }
        precondition(vectors.allSatisfy { $0.count == grid.count })
        let (rows, columns) = (Self.stretches(rowEdges), Self.stretches(columnEdges))
        return [Float](unsafeUninitializedCapacity: grid.count) { result, initializedCount in
            Parallel.forEach(grid.height, sharing: result.baseAddress!) { result, y, _ in
                let row = rows.first { $0.indices.contains(y) }!
                let fraction = row.fraction + row.step * Float(y - row.indices.lowerBound)
                /// c_k in this row, at the centre of a column of windows.
                func coefficient(_ k: Int, _ column: Int) -> Float {
                    let windows = columnEdges.count - 1
                    let above = Float(coefficients[row.before * windows + column][k])
                    return above + fraction * (Float(coefficients[row.after * windows + column][k]) - above)
                }
                let starts = (0..<grid.planes).map { ($0 * grid.height + y) * grid.width }
                for start in starts { (result + start).initialize(repeating: 0, count: grid.width) }
                for (k, vector) in vectors.enumerated() {
                    vector.withUnsafeBufferPointer { vector in
                        for stretch in columns {
                            let left = coefficient(k, stretch.before)
                            let difference = coefficient(k, stretch.after) - left
                            let (first, step) = (left + difference * stretch.fraction, difference * stretch.step)
                            for start in starts {
                                let target = result + start + stretch.indices.lowerBound
                                let source = vector.baseAddress! + start + stretch.indices.lowerBound
                                for x in 0..<stretch.indices.count {
                                    target[x] += (first + step * Float(Int32(truncatingIfNeeded: x))) * source[x]
                                }
                            }
                        }
                    }
                }
            }
            initializedCount = grid.count
        }
    }

    /// Rows or columns between the centres of two neighbouring windows, or beyond the outermost.
    private struct Stretch {
        var indices: Range<Int>
        var before: Int, after: Int
        /// How far the first is from the centre before to the one after, and each from the one before.
        var fraction: Float, step: Float
    }

    private static func stretches(_ edges: [Int]) -> [Stretch] {
        let (length, windows) = (edges.last!, edges.count - 1)
        let edge = Double(length) / Double(windows)
        func centre(_ window: Int) -> Double { (Double(window) + 0.5) * edge - 0.5 }
        return (0...windows).map { window in
            let first = window == 0 ? 0 : Int(centre(window - 1).rounded(.up))
            let end = window == windows ? length : Int(centre(window).rounded(.up))
            return Stretch(
                indices: first..<end, before: max(window - 1, 0), after: min(window, windows - 1),
                fraction: Float((Double(first) - centre(window - 1)) / edge), step: Float(1 / edge))
        }
    }
}
