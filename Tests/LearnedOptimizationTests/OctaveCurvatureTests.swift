import Kernels
import Numerics
import Testing

@testable import LearnedOptimization

/// Half of (x - 1/2).Q(x - 1/2), with a Hessian Q that has a curvature for every octave.
private struct Octaves: Objective {
    let hessian: Preconditioner
    var grid = Grid(planes: 3, height: 64, width: 64)
    var parameterCount: Int { grid.count }
    var bounds: ClosedRange<Float>? { nil }

    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        let offset = parameters.map { $0 - 0.5 }
        gradient = hessian.apply(to: offset, grid)
        return zip(gradient, offset).reduce(0) { $0 + Double($1.0) * Double($1.1) / 2 }
    }
}

@Suite struct OctaveCurvatureTests {
    @Test func anOctaveThatIsSteepIsToldFromItsNeighboursAndGreyFromColour() {
        var random = SplitMix64(seed: 1)
        let objective = Octaves(
            hessian: Preconditioner(luma: [1, 1, 9, 1, 1, 1], chroma: [1, 1, 1, 0.2, 0.2, 0.2]))
        let curvature = OctaveCurvature(
            of: objective, at: [Float](repeating: 0.4, count: objective.parameterCount), using: &random)
        // 64 pixels are halved three times down to 8.
        #expect(curvature.luma.count == 4 && curvature.chroma.count == 4)
        // The filters are not sharp: each octave is partly the next.
        for octave in [0, 1, 3] { #expect(1.3 * curvature.luma[octave] < curvature.luma[2]) }
        for octave in 0..<3 { #expect(1.3 * curvature.chroma[3] < curvature.chroma[octave]) }
        #expect((curvature.chroma[0] - 1).magnitude < 0.05)
    }

    /// Differences of gradients in single precision.
    @Test func ofAMultipleOfTheSquareItIsThatMultiple() {
        var random = SplitMix64(seed: 2)
        let three = [Float](repeating: 3, count: Preconditioner.octaves)
        let objective = Octaves(hessian: Preconditioner(luma: three, chroma: three))
        let curvature = OctaveCurvature(
            of: objective, at: [Float](repeating: 0.4, count: objective.parameterCount), using: &random)
        for value in curvature.luma + curvature.chroma { #expect((value - 3).magnitude < 1e-3) }
    }
}
