import Kernels
import Numerics
import Testing

@testable import LearnedOptimization

private let grid = Grid(planes: 3, height: 130, width: 200)

private func vectors(_ count: Int, seed: UInt64) -> [[Float]] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in random.vector(grid.count) }
}

/// The mean over coordinates of half the square of what they differ from a target by, times a curvature that grows a
/// hundredfold from the left edge to the right one.
private struct SteeperToTheRight: Objective {
    var target: [Float]
    var parameterCount: Int { grid.count }
    var bounds: ClosedRange<Float>? { nil }
    var grid = LearnedOptimizationTests.grid

    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        var loss = 0.0
        for index in parameters.indices {
            let curvature = 0.01 + 0.99 * Float(index % grid.width) / Float(grid.width - 1)
            let offset = parameters[index] - target[index]
            loss += Double(curvature * offset * offset) / 2
            gradient[index] = curvature * offset / Float(grid.count)
        }
        return loss / Double(grid.count)
    }
}

@Suite struct GridWindowsTests {
    /// Rows are cut at 0, 65 and 130, columns at 0, 66, 133 and 200: about as high as wide.
    @Test func productsAreThoseWithinAWindowAndHalfOfTheMean() {
        let windows = GridWindows(grid, alongShorterEdge: 5)
        #expect(windows.count == 2 * 3)
        let (rows, columns) = (vectors(3, seed: 1), vectors(2, seed: 2))
        let products = windows.innerProducts(rows, columns)
        func sum(_ a: [Float], _ b: [Float], _ y: Range<Int>, _ x: Range<Int>) -> Double {
            var sum = 0.0
            for plane in 0..<3 {
                for y in y {
                    for x in x {
                        let index = (plane * 130 + y) * 200 + x
                        sum += Double(a[index]) * Double(b[index])
                    }
                }
            }
            return sum
        }
        for (window, y, x) in [(0, 0..<65, 0..<66), (1, 0..<65, 66..<133), (5, 65..<130, 133..<200)] {
            for (i, row) in rows.enumerated() {
                for (j, column) in columns.enumerated() {
                    let share = 0.5 * Double(y.count * x.count) / (130 * 200)
                    let expected = sum(row, column, y, x) + share * sum(row, column, 0..<130, 0..<200)
                    // Some 13000 products of at most 1, in single precision for 16 rows at a time.
                    #expect((products[window][i][j] - expected).magnitude < 1e-3)
                }
            }
        }
    }

    @Test func productsOfAllWindowsAreHalfAsMuchAgainAsThoseOfTheWhole() {
        let (rows, columns) = (vectors(2, seed: 3), vectors(1, seed: 4))
        let whole = GridWindows.whole.innerProducts(rows, columns)[0]
        let parts = GridWindows(grid, alongShorterEdge: 2).innerProducts(rows, columns)
        // 78000 products of at most 1, many of which cancel.
        for i in rows.indices {
            let sum = parts.reduce(0) { $0 + $1[i][0] }
            #expect((sum - 1.5 * whole[i][0]).magnitude < 1e-2)
        }
    }

    @Test func theNumberOfThreadsDoesNotShow() {
        let windows = GridWindows(grid, alongShorterEdge: 4)
        let rows = vectors(3, seed: 5)
        let results = [1, 2, 3].map { threads in
            Parallel.$threadCount.withValue(threads) { windows.innerProducts(rows, [rows[0]]) }
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    @Test func noWindowIsMuchNarrowerThan64() {
        #expect(GridWindows(Grid(planes: 3, height: 140, width: 260), alongShorterEdge: 5).count == 2 * 4)
        #expect(GridWindows(Grid(planes: 1, height: 1, width: 640), alongShorterEdge: 5).count == 10)
        #expect(GridWindows(.unordered(1000), alongShorterEdge: 5).count == 1)
        #expect(GridWindows(Grid(planes: 1, height: 127, width: 127), alongShorterEdge: 5).count == 1)
    }

    @Test func coefficientsAreLinearBetweenTheCentresOfWindowsAndLevelBeyond() {
        let windows = GridWindows(Grid(planes: 2, height: 160, width: 320), alongShorterEdge: 2)
        // Two rows of four windows, 80 wide: the first centres at 39.5.
        let coefficients = (0..<8).map { [Double($0 % 4) + 10 * Double($0 / 4), 100] }
        let ones = [Float](repeating: 1, count: 2 * 160 * 320)
        var random = SplitMix64(seed: 6)
        let other = random.vector(ones.count)
        let result = windows.combination(of: [ones, other], coefficients)
        for index in result.indices {
            let (x, y) = (Float(index % 320), Float(index / 320 % 160))
            let expected = min(max((x - 39.5) / 80, 0), 3) + 10 * min(max((y - 39.5) / 80, 0), 1)
            #expect((result[index] - expected - 100 * other[index]).magnitude < 1e-4)
        }
    }

    @Test func withTheSameCoefficientsEverywhereACombinationIsThePlainOne() {
        let vectors = vectors(4, seed: 7)
        let coefficients = [0.5, -2, 3, 0.125]
        let windows = GridWindows(grid, alongShorterEdge: 4)
        let result = windows.combination(of: vectors, [[Double]](repeating: coefficients, count: windows.count))
        let plain = GridWindows.whole.combination(of: vectors, [coefficients])
        #expect(zip(result, plain).allSatisfy { ($0 - $1).magnitude < 1e-6 * 6 })
    }

    @Test func eachWindowLearnsItsOwnCurvature() {
        let objective = SteeperToTheRight(target: vectors(1, seed: 8)[0].map { 0.5 + 0.2 * $0 })
        func end(_ windows: Int) -> Double {
            var state = LearnedOptimizer(untrained: .quasiNewton, windows: windows)
                .optimizer(for: objective, horizon: 12)
            return minimize(objective, from: middle(grid.count), with: &state, evaluations: 12).loss
        }
        // Seen: half. The curvature changes within each of the six windows as well.
        #expect(end(5) < 0.7 * end(1))
    }

    @Test func trainingTakesTheStepsOfTheOptimizerOnItsWindows() {
        let objective = SteeperToTheRight(target: vectors(1, seed: 8)[0].map { 0.5 + 0.2 * $0 })
        let start = middle(grid.count)
        let optimizer = disturbed(.quasiNewton, windows: 5)
        var trajectory = Trajectory(
            Problem(name: "", objective: objective, start: start), with: optimizer, horizon: 6,
            LearnedOptimizer.Preset.quasiNewton.training)
        _ = trajectory.advance(6, coordinates: [0])

        func losses(_ optimizer: LearnedOptimizer) -> [Double] {
            var state = LearnedOptimizer.State(
                optimizer, bounds: nil, grid: grid, horizon: 6, statePrecision: .float32, hasLineSearch: false)
            return minimize(objective, from: start, with: &state, evaluations: 7).losses
        }
        #expect(trajectory.losses == losses(optimizer))
        #expect(trajectory.losses != losses(disturbed(.quasiNewton)))
    }

    /// Pairs that fit no quadratic, with curvature that is positive on the whole but not in every window.
    @Test func whateverThePairsTheDirectionPointsUphill() throws {
        var history = CurvatureHistory(capacity: 3, windows: GridWindows(grid, alongShorterEdge: 5))
        var random = SplitMix64(seed: 9)
        for _ in 0..<20 {
            let move = random.vector(grid.count)
            history.push(
                CurvaturePair(move: move, change: zip(move, random.vector(grid.count)).map { $0 / 100 + $1 }))
            guard history.count > 0 else { continue }
            let gradient = random.vector(grid.count)
            let direction = history.direction(for: gradient)
            #expect(VectorMath.dot(try #require(direction).vector, gradient) > 0)
        }
        #expect(history.count == 3)
    }
}
