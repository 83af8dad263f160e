import Foundation
import Numerics

/// How steeply an objective's gradient changes along detail of each size: v.Hv / v.v for random v of a single octave, H
/// being the Hessian. The octaves are those of `Preconditioner`.
struct OctaveCurvature {
    /// Of what the planes have in common, the finest octave first, as many as the grid has.
    var luma: [Double]
    /// Of what sets the planes apart.
    var chroma: [Double]

    /// The root mean square of v: small for parameters in 0...1, but not for single precision.
    private static let displacement = 3e-3

    init(of objective: some Objective, at parameters: [Float], using generator: inout SplitMix64) {
        (luma, chroma) = ([], [])
        var grids = [objective.grid]
        while grids.count < Preconditioner.octaves, let half = grids.last!.halved { grids.append(half) }
        for octave in grids.indices {
            var noise = [Float](repeating: 0, count: grids[octave].count)
            for index in noise.indices { noise[index] = 2 * generator.nextUnit() - 1 }
            func curvature(luma: Float, chroma: Float) -> Double {
                let vector = grids[octave].scalingPlanes(noise, luma: luma, chroma: chroma)
                return Self.curvature(of: objective, at: parameters, along: Self.detail(vector, grids[...octave]))
            }
            self.luma.append(curvature(luma: 1, chroma: 0))
            self.chroma.append(grids[0].planes > 1 ? curvature(luma: 0, chroma: 1) : self.luma[octave])
        }
    }

    /// What of a vector on the last of the grids the next coarser one cannot show, on the first of them.
    private static func detail(_ vector: [Float], _ grids: ArraySlice<Grid>) -> [Float] {
        var detail = vector
        let last = grids.last!
        if let half = last.halved {
            var shown = last.halve(vector).map { -$0 }
            half.divide(&shown, by: last.halvedAreas(nil))
            last.addDoubled(shown, to: &detail)
        }
        for grid in grids.dropLast().reversed() {
            var doubled = [Float](repeating: 0, count: grid.count)
            grid.addDoubled(detail, to: &doubled)
            detail = doubled
        }
        return detail
    }

    private static func curvature(
        of objective: some Objective, at parameters: [Float], along vector: [Float]
    ) -> Double {
        let step = displacement * (Double(vector.count) / VectorMath.dot(vector, vector)).squareRoot()
        func slope(_ step: Float) -> Double {
            var gradient = vector
            _ = objective.evaluate(zip(parameters, vector).map { $0 + step * $1 }, gradient: &gradient)
            return VectorMath.dot(gradient, vector)
        }
        return (slope(Float(step)) - slope(-Float(step))) / (2 * step * VectorMath.dot(vector, vector))
    }
}
