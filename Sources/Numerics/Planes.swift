/// Planes of one size, one after the other: `count` of `height` rows of `width` values.
public struct Planes: Equatable, Sendable {
    public let count: Int
    public let height: Int
    public let width: Int
    /// [plane][y][x]
    public var values: [Float]

    public init(count: Int, height: Int, width: Int, values: [Float]) {
        precondition(count > 0 && height > 0 && width > 0, "planes have at least one value")
        precondition(values.count == count * height * width, "there are count x height x width values")
        (self.count, self.height, self.width, self.values) = (count, height, width, values)
    }

    public init(count: Int, height: Int, width: Int, repeating value: Float) {
        self.init(
            count: count, height: height, width: width,
            values: [Float](repeating: value, count: count * height * width))
    }

    /// Values in a plane.
    public var area: Int { height * width }

    /// Where the values of a plane are.
    public func range(of plane: Int) -> Range<Int> { plane * area..<(plane + 1) * area }

    public func hasSides(of other: Planes) -> Bool { (height, width) == (other.height, other.width) }

    /// The part of `width` x `height` values that begins at column `left` of row `top`.
    ///
    /// - Precondition: it lies within the planes.
    public func cropped(left: Int, top: Int, width newWidth: Int, height newHeight: Int) -> Planes {
        precondition(left >= 0 && left + newWidth <= width && top >= 0 && top + newHeight <= height)
        return gathering(rows: top..<top + newHeight, width: newWidth) { $0 += $1[left..<left + newWidth] }
    }

    /// The planes with a margin that mirrors them about their border, whose own values are not repeated.
    ///
    /// - Parameter x: columns added on the left and right, less than `width`; as `y` rows above and below.
    public func mirrored(x marginX: Int, y marginY: Int) -> Planes {
        precondition((0..<width).contains(marginX) && (0..<height).contains(marginY))
        func inside(_ i: Int, _ length: Int) -> Int { length - 1 - abs(length - 1 - abs(i)) }
        let columns = (-marginX..<width + marginX).map { inside($0, width) }
        let rows = (-marginY..<height + marginY).map { inside($0, height) }
        return gathering(rows: rows, width: columns.count) { result, row in
            for x in columns { result.append(row[x]) }
        }
    }

    /// Planes of the given rows in turn, of each of which `append` takes what is wanted.
    private func gathering(
        rows: some Collection<Int>, width newWidth: Int,
        _ append: (_ result: inout [Float], _ row: UnsafeBufferPointer<Float>) -> Void
    ) -> Planes {
        var result: [Float] = []
        result.reserveCapacity(count * rows.count * newWidth)
        values.withUnsafeBufferPointer { values in
            for plane in 0..<count {
                for y in rows {
                    let start = (plane * height + y) * width
                    append(&result, UnsafeBufferPointer(rebasing: values[start..<start + width]))
                }
            }
        }
        return Planes(count: count, height: rows.count, width: newWidth, values: result)
    }
}
