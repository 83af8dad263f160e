import Kernels

/// What L-BFGS takes for the shape of the inverse Hessian before it knows any: H_0 = gamma P instead of gamma I.
///
/// P = (I + c J) (I + a U (I + b U (I + b U (...) D) D) D), where D halves the size of a plane by a binomial filter, U is
/// four times its adjoint, and J v is the mean of v over the planes, a pixel's colours. P is symmetric and positive
/// definite. It moves what is broad more than what is fine, for b = 2 in proportion to the wavelength, and luminance
/// more than hue; a = c = 0 is the identity.
public struct Preconditioner: Codable, Equatable, Sendable {
    /// a: how much more everything moves that is broader than two parameters.
    public var coarse: Float
    /// b: how much more again with each doubling of that.
    public var growth: Float
    /// c: how much more the planes move together than apart.
    public var common: Float

    public static let identity = Preconditioner(coarse: 0, growth: 1, common: 0)

    /// - Precondition: no number is negative.
    public init(coarse: Float, growth: Float, common: Float) {
        precondition(min(coarse, growth, common) >= 0)
        (self.coarse, self.growth, self.common) = (coarse, growth, common)
    }

    public var isIdentity: Bool { coarse == 0 && common == 0 }

    /// Sizes are halved down to this edge.
    private static let coarsestEdge = 8

    /// P v
    func apply(to vector: [Float], _ grid: Grid) -> [Float] {
        var result = vector
        if coarse > 0 { addBroader(coarse, of: vector, to: &result, grid) }
        if common > 0 { GridMeans.addPlaneMeans(common, to: &result, grid) }
        return result
    }

    /// Adds gain U (I + b U (...) D) D v.
    private func addBroader(_ gain: Float, of vector: [Float], to result: inout [Float], _ grid: Grid) {
        let half = Grid(planes: grid.planes, height: (grid.height + 1) / 2, width: (grid.width + 1) / 2)
        guard min(half.height, half.width) >= Self.coarsestEdge else { return }
        let halved = BinomialPyramid.halve(vector, count: grid.planes, height: grid.height, width: grid.width)
        var broader = halved
        VectorMath.combine(&broader, scaledBy: gain, adding: [], of: [])
        addBroader(gain * growth, of: halved, to: &broader, half)
        BinomialPyramid.addDoubled(
            broader, to: &result, count: grid.planes, height: grid.height, width: grid.width)
    }
}
