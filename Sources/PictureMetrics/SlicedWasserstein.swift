import Foundation
import Imaging
import Kernels
import Numerics

/// How far the texture of one picture is from that of another, without any network.
///
/// The sliced Wasserstein-2 distance (Rabin et al. 2011, https://doi.org/10.1007/978-3-642-24785-9_37) between the
/// distributions of the pictures' 7x7 patches of colour, vectors of 147 numbers: the root of the mean, over random unit
/// directions, of the squared distance between the sorted projections of patches of either picture.
public struct SlicedWasserstein: Sendable {
    private static let patch = 7
    private static let dimensions = 3 * patch * patch

    /// Patches spread evenly over each picture, and random directions.
    public var patchCount = 8192
    public var directionCount = 128
    /// Both are halved so many times less one.
    public var scaleCount = 3
    public var seed: UInt64 = 0

    public init() {}

    /// The distance at each scale, the finest first; lower is more alike.
    ///
    /// The style is first brought to the result's area, as it is when a picture is painted.
    public func distances(_ result: Picture, _ style: Picture) -> [Double] {
        let style = style.resized(to: style.size.withArea(Double(result.size.area)))
        return (0..<scaleCount).map { level in
            let factor = 1 / Double(1 << level)
            return distance(
                result.resized(to: result.size.scaled(by: factor)), style.resized(to: style.size.scaled(by: factor)))
        }
    }

    /// The distance between two pictures as they are.
    public func distance(_ first: Picture, _ second: Picture) -> Double {
        var generator = SplitMix64(seed: seed)
        let directions = directions(&generator)
        let (one, other) = (projections(first, directions), projections(second, directions))
        var total = 0.0
        for (a, b) in zip(one, other) {
            let squares = zip(a, b).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
            total += squares / Double(patchCount)
        }
        return (total / Double(directionCount)).squareRoot()
    }

    /// Unit vectors, one a column.
    private func directions(_ generator: inout SplitMix64) -> Matrix {
        let directions = Matrix(rows: Self.dimensions, columns: directionCount)
        for column in 0..<directionCount {
            let vector = (0..<Self.dimensions).map { _ in
                // Of twelve uniform numbers: normal, but for the farthest tails.
                (0..<12).reduce(Float(-6)) { sum, _ in sum + generator.nextUnit() }
            }
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for (row, value) in vector.enumerated() { directions[row, column] = value / length }
        }
        return directions
    }

    /// For each direction, the projections of patches in rising order.
    private func projections(_ picture: Picture, _ directions: Matrix) -> [[Float]] {
        let (width, height) = (picture.width, picture.height)
        let patches = Matrix(rows: patchCount, columns: Self.dimensions)
        for row in 0..<patchCount {
            // The powers of the plastic number's inverse fill a square as evenly as the golden ratio's a line. A picture
            // smaller than a patch is continued by its border.
            func place(_ step: Double, _ count: Int) -> Int {
                Int((step * Double(row + 1)).truncatingRemainder(dividingBy: 1) * Double(max(1, count)))
            }
            let left = place(0.754877666246693, width - Self.patch + 1)
            let top = place(0.569840290998053, height - Self.patch + 1)
            for plane in 0..<3 {
                for y in 0..<Self.patch {
                    let start = (plane * height + min(top + y, height - 1)) * width
                    for x in 0..<Self.patch {
                        patches[row, (plane * Self.patch + y) * Self.patch + x] =
                            picture.pixels[start + min(left + x, width - 1)]
                    }
                }
            }
        }
        let projected = patches.times(directions, kernels: .best)
        return (0..<directionCount).map { column in (0..<patchCount).map { projected[$0, column] }.sorted() }
    }
}
