import Foundation
import Kernels
import Numerics
import Testing

@testable import LearnedOptimization

private let grid = Grid(planes: 3, height: 33, width: 24)
private let preconditioner = Preconditioner(
    luma: [4, 7, 12, 25, 50, 100], chroma: [1, 0.5, 0.9, 3, 6, 12])

private func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }

/// The mean over coordinates of half the square of the difference of neighbours from a target's, and a little of that
/// of the values themselves: fine detail is steep and what is broad is shallow.
private struct Roughness: Objective {
    var target: [Float]
    var parameterCount: Int { grid.count }
    var bounds: ClosedRange<Float>? { nil }
    var grid = LearnedOptimizationTests.grid

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        // Broad: a preconditioner for it has something to do.
        let broad = Preconditioner(luma: [4, 7, 12, 25, 50, 100], chroma: [1, 2, 3, 6, 12, 24])
        target = broad.apply(to: random.vector(grid.count, in: -0.01...0.01), grid)
    }

    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        let offset = zip(parameters, target).map { Double($0) - Double($1) - 0.5 }
        var (loss, slopes) = (0.0, offset.map { 0.02 * $0 })
        for value in offset { loss += 0.01 * value * value }
        func join(_ a: Int, _ b: Int) {
            let difference = offset[a] - offset[b]
            loss += difference * difference / 2
            slopes[a] += difference
            slopes[b] -= difference
        }
        for plane in 0..<grid.planes {
            for y in 0..<grid.height {
                for x in 0..<grid.width {
                    let index = (plane * grid.height + y) * grid.width + x
                    if x + 1 < grid.width { join(index, index + 1) }
                    if y + 1 < grid.height { join(index, index + grid.width) }
                }
            }
        }
        gradient = slopes.map { Float($0 / Double(offset.count)) }
        return loss / Double(offset.count)
    }

    var problem: Problem {
        Problem(name: "", objective: self, start: [Float](repeating: 0.5, count: grid.count))
    }
}

@Suite struct PreconditionerTests {
    /// Sums over 2376 coordinates in single precision.
    @Test func itIsSymmetricAndPositiveDefinite() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<20 {
            let (x, y) = (random.vector(grid.count), random.vector(grid.count))
            let (px, py) = (preconditioner.apply(to: x, grid), preconditioner.apply(to: y, grid))
            #expect((dot(px, y) - dot(x, py)).magnitude < 1e-6 * (dot(px, px) * dot(y, y)).squareRoot())
            // Between the least and the largest of the gains of the two octaves that such a grid has.
            #expect(dot(x, px) >= 0.5 * dot(x, x) && dot(x, px) <= 7 * dot(x, x))
        }
    }

    /// Sides that turn odd at once, or after being halved four times, as 528 does at 33: every cell counts once. Up to
    /// four octaves' rounding of single precision, times gains of up to 25.
    @Test(arguments: [33, 65, 66, 528])
    func bordersOfGridsOfOddSidesGetNoMoreThanTheRest(edge: Int) {
        let square = Grid(planes: 1, height: edge, width: edge)
        let constant = preconditioner.apply(to: [Float](repeating: 1, count: square.count), square)
        let gain = constant[0]
        #expect(constant.allSatisfy { ($0 - gain).magnitude < 1e-5 * gain })
        let falling = Preconditioner(luma: [1, 0.5, 0.25, 0.1, 0.05, 0.02], chroma: [1, 1, 1, 1, 1, 1])
        for place in [0, edge - 1, square.count - 1, square.count / 2] {
            var pixel = [Float](repeating: 0, count: square.count)
            pixel[place] = 1
            let share = falling.apply(to: pixel, square)[place]
            #expect(share > 0 && share <= 1, "\(place)")
        }
    }

    @Test func everyOctaveHasItsGainForGreyAndForColour() {
        let even = Grid(planes: 3, height: 64, width: 64)
        func gain(_ value: (_ plane: Int, _ y: Int, _ x: Int) -> Float) -> Double {
            let vector = (0..<even.count).map { value($0 / 4096, $0 / 64 % 64, $0 % 64) }
            return dot(vector, preconditioner.apply(to: vector, even)) / dot(vector, vector)
        }
        func colour(_ plane: Int) -> Float { plane == 0 ? 1 : plane == 1 ? -1 : 0 }
        // Nothing of a chequerboard passes the filter but at the borders; a constant passes whole: 64, 32, 16, 8.
        #expect((gain { _, y, x in (x + y) % 2 == 0 ? 1 : -1 } - 4).magnitude < 0.1)
        #expect((gain { plane, y, x in (x + y) % 2 == 0 ? colour(plane) : -colour(plane) } - 1).magnitude < 0.05)
        #expect((gain { _, _, _ in 1 } - 25).magnitude < 1e-4)
        #expect((gain { plane, _, _ in colour(plane) } - 3).magnitude < 1e-4)
        // The filters are not sharp: a wave is of several octaves.
        let waves = [4, 8, 16, 32].map { length in gain { _, _, x in sin(2 * .pi * Float(x) / Float(length)) } }
        #expect(zip(waves, waves.dropFirst()).allSatisfy { 1.2 * $0 < $1 } && waves[0] > 4 && waves[3] < 25)
    }

    @Test func octavesBeyondTheLastGainGoOnByTheRatioOfTheLastTwo() {
        let large = Grid(planes: 1, height: 1024, width: 1024)
        let grey = Preconditioner(luma: [1, 1, 1, 1, 2, 4], chroma: [1, 1, 1, 1, 1, 1])
        // Halved seven times down to 8: two octaves more than there are gains.
        let result = grey.apply(to: [Float](repeating: 1, count: large.count), large)
        #expect(result.allSatisfy { ($0 - 16).magnitude < 1e-3 })
    }

    @Test func theIdentityLeavesAVectorAsItIs() {
        var random = SplitMix64(seed: 2)
        let vector = random.vector(grid.count)
        #expect(Preconditioner.identity.isIdentity)
        // Plane means are rounded twice.
        let result = Preconditioner.identity.apply(to: vector, grid)
        #expect(zip(result, vector).allSatisfy { ($0 - $1).magnitude < 1e-6 })
    }

    /// Rounding as in CurvatureHistoryTests, and that of P.
    @Test func theDirectionBeginsWithIt() throws {
        var random = SplitMix64(seed: 3)
        var history = CurvatureHistory(capacity: 4) { preconditioner.apply(to: $0, grid) }
        let curvatures = random.vector(grid.count, in: 0.01...1)
        var pairs: [CurvaturePair] = []
        for _ in 0..<7 {
            let move = random.vector(grid.count)
            pairs.append(CurvaturePair(move: move, change: zip(move, curvatures).map(*)))
            history.push(pairs.last!)
            let gradient = random.vector(grid.count)
            let direction = history.direction(for: gradient)
            let expected = TwoLoopRecursion(Array(pairs.suffix(4)), gradient: gradient) {
                preconditioner.apply(to: $0, grid)
            }
            #expect(relativeDistance(try #require(direction).vector, expected.direction) < 1e-5)
        }
    }

    @Test func theSearchFindsOneThatLBFGSIsBetterWith() throws {
        let problems = (0..<2).map { Roughness(seed: UInt64($0)).problem }
        let found = try #require(PreconditionerSearch.run(.quasiNewton, on: problems, evaluations: 12))
        #expect(zip(found.luma, found.luma.dropFirst()).allSatisfy { $0 < $1 })
        let other = Roughness(seed: 9).problem
        let comparison = Comparison.run(
            [Preconditioner.identity, found].map {
                Contestant(name: "", LearnedOptimizer(untrained: .quasiNewton, preconditioner: $0))
            }, on: [other], evaluations: 12, sideBySide: true)
        #expect(comparison.meanLogRatio(1, at: 12).mean < comparison.meanLogRatio(0, at: 12).mean - 0.3)
    }

    @Test func theSearchStopsWhenAskedTo() {
        #expect(
            PreconditionerSearch.run(.quasiNewton, on: [Roughness(seed: 1).problem], evaluations: 4) { .stop } == nil)
    }
}
