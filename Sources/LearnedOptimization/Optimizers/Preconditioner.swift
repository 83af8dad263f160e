import Foundation
import Kernels

/// What L-BFGS takes for the shape of the inverse Hessian before it knows any: H_0 = gamma P instead of gamma I.
///
/// P = sum_k (c_k J + a_k (I - J)) (L_k - L_(k+1)), where J v is the mean of v over the planes, a pixel's colours, and
/// L_k v what is left of v on a grid of 2^k times the spacing: halved k times by a binomial filter D, divided by what
/// becomes of 1 there, and doubled again by four times the adjoint, with L_0 = I, and 0 beyond the coarsest grid. So P
/// multiplies each octave of detail by a gain of its own, one for what the planes have in common and one for what sets them
/// apart. P is symmetric, and positive definite as 0 <= L_(k+1) <= L_k; with gains of 1 it is the identity.
public struct Preconditioner: Equatable, Sendable {
    /// c_k, the finest octave first. Coarser octaves than there are gains go on by the ratio of the last two.
    public var common: [Float]
    /// a_k, alike.
    public var apart: [Float]

    /// How many gains there are of a kind.
    public static let octaves = 6
    public static let identity = Preconditioner(
        common: [Float](repeating: 1, count: octaves), apart: [Float](repeating: 1, count: octaves))

    /// - Precondition: there are as many gains as `octaves`, all above 0.
    public init(common: [Float], apart: [Float]) {
        precondition(common.count == Self.octaves && apart.count == Self.octaves)
        precondition((common + apart).allSatisfy { $0 > 0 })
        (self.common, self.apart) = (common, apart)
    }

    public var isIdentity: Bool { self == .identity }

    /// P v
    func apply(to vector: [Float], _ grid: Grid) -> [Float] { applyOctaves(from: 0, to: vector, areas: nil, grid) }

    /// The terms of P from L_k on, of a vector on the k-th grid: they telescope to (p_k - p_(k-1)) L_k.
    private func applyOctaves(from octave: Int, to vector: [Float], areas: [Float]?, _ grid: Grid) -> [Float] {
        let difference = { (gains: [Float]) in
            Self.gain(gains, octave) - (octave == 0 ? 0 : Self.gain(gains, octave - 1))
        }
        var result = GridMeans.scalingPlanes(vector, grid, common: difference(common), apart: difference(apart))
        grid.divide(&result, by: areas)
        if let half = grid.halved {
            let rest = applyOctaves(
                from: octave + 1, to: grid.halve(vector), areas: grid.halvedAreas(areas), half)
            grid.addDoubled(rest, to: &result)
        }
        return result
    }

    private static func gain(_ gains: [Float], _ octave: Int) -> Float {
        guard octave >= octaves else { return gains[octave] }
        return gains[octaves - 1] * pow(gains[octaves - 1] / gains[octaves - 2], Float(octave + 1 - octaves))
    }
}

extension Grid {
    private static let coarsestEdge = 8

    /// Of twice the spacing, if that leaves rows and columns enough.
    var halved: Grid? {
        let half = Grid(planes: planes, height: (height + 1) / 2, width: (width + 1) / 2)
        return min(half.height, half.width) >= Self.coarsestEdge ? half : nil
    }

    /// D v
    func halve(_ vector: [Float]) -> [Float] {
        BinomialPyramid.halve(vector, count: planes, height: height, width: width)
    }

    /// What becomes of 1, one plane of it: the areas of the halved grid's cells, the last of which are smaller where a side is
    /// odd.
    ///
    /// - Parameter areas: those of this grid's cells.
    /// - Returns: `nil` for areas of 1 everywhere, as in the parameter.
    func halvedAreas(_ areas: [Float]?) -> [Float]? {
        guard areas != nil || height % 2 == 1 || width % 2 == 1 else { return nil }
        let plane = Grid(planes: 1, height: height, width: width)
        return plane.halve(areas ?? [Float](repeating: 1, count: plane.count))
    }

    func divide(_ vector: inout [Float], by areas: [Float]?) {
        guard let areas else { return }
        VectorMath.update(&vector) { vector, range in
            for index in range { vector[index] /= areas[index % areas.count] }
        }
    }

    /// Adds what a vector of half the size is on this grid.
    func addDoubled(_ halved: [Float], to vector: inout [Float]) {
        BinomialPyramid.addDoubled(halved, to: &vector, count: planes, height: height, width: width)
    }
}
