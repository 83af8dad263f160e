import Foundation
import Testing

@testable import LearnedOptimization

private func rootMeanSquare(_ vector: [Float]) -> Float {
    Float((VectorMath.dot(vector, vector) / Double(vector.count)).squareRoot())
}

extension Grid {
    private func index(_ plane: Int, _ y: Int, _ x: Int) -> Int { (plane * height + y) * width + x }

    private func map(_ value: (_ plane: Int, _ y: Int, _ x: Int) -> Float) -> [Float] {
        (0..<count).map { value($0 / (height * width), $0 / width % height, $0 % width) }
    }

    fileprivate func meanOverPlanes(_ vector: [Float]) -> [Float] {
        map { _, y, x in (0..<planes).reduce(0) { $0 + vector[index($1, y, x)] } / Float(planes) }
    }

    /// Over the value itself and those `apart` from it, where there are any.
    fileprivate func meanOverNeighbours(_ vector: [Float], apart: Int) -> [Float] {
        map { plane, y, x in
            let rows = [y - apart, y, y + apart].filter { (0..<height).contains($0) }
            let columns = [x - apart, x, x + apart].filter { (0..<width).contains($0) }
            let values = rows.flatMap { row in columns.map { vector[index(plane, row, $0)] } }
            return values.reduce(0, +) / Float(values.count)
        }
    }
}

/// What the LSTM is shown on a walk against the definitions of `CoordinateInput` and `SharedInput`, worked out here
/// from the walk's points, losses and gradients.
@Suite struct ObservationTests {
    private struct Point {
        var parameters: [Float]
        var gradient: [Float]
        var loss: Double
        var seen: Tape.Step
    }

    private static let grid = Grid(planes: 3, height: 12, width: 7)
    private static let horizon = 12

    private static let points = walk(disturbed(.quasiNewton))

    private static func walk(_ optimizer: LearnedOptimizer) -> [Point] {
        let objective = Quadratic(
            grid.count, condition: 30, targets: -0.3...1.3, bounds: 0...1, grid: grid, seed: 3)
        var state = LearnedOptimizer.State(
            optimizer, bounds: objective.bounds, grid: grid, horizon: horizon, statePrecision: .float32,
            hasLineSearch: false)
        state.proposal.tape = Tape(coordinates: Array(0..<grid.count), initialState: [])
        var parameters = middle(grid.count)
        var gradient = parameters
        return (0..<8).map { _ in
            let before = parameters
            let loss = objective.evaluate(parameters, gradient: &gradient)
            state.step(&parameters, loss: loss, gradient: gradient)
            let seen = state.proposal.tape!.steps.last!
            return Point(parameters: before, gradient: gradient, loss: loss, seen: seen)
        }
    }

    private static func freeGradient(_ point: Point) -> [Float] {
        zip(point.parameters, point.gradient).map { x, g in x <= 0 && g > 0 || x >= 1 && g < 0 ? 0 : g }
    }

    @Test func parametersAreHeldAtTheirBoundsOnThisWalk() {
        let last = Self.points.last!
        #expect(Self.freeGradient(last) != last.gradient)
    }

    /// The kernels' functions are good to some 1e-6, and sums in single precision to about as much.
    @Test(arguments: 0..<8)
    func everyInputOfACoordinateIsWhatItsDefinitionSays(t: Int) {
        let (grid, points) = (Self.grid, Self.points)
        let point = points[t]
        let seen = point.seen
        let free = points[...t].map(Self.freeGradient)
        let move =
            t == 0
            ? point.parameters.map { _ in 0 } : VectorMath.difference(point.parameters, points[t - 1].parameters)
        let tau = t == 0 ? 0.02 : rootMeanSquare(move)
        #expect((seen.basis.moveSize - tau).magnitude < 1e-6)
        let size = rootMeanSquare(free[t])
        let direction = seen.basis.direction
        let common = grid.meanOverPlanes(direction)
        let broad = grid.meanOverNeighbours(grid.meanOverNeighbours(direction, apart: 1), apart: 3)
        let momentum = free[0].indices.map { i in
            free.indices.reduce(Float(0)) { $0 + 0.1 * pow(0.9, Float(t - $1)) * free[$1][i] }
        }
        let meanSquare = free[0].indices.map { i in
            let weights = free.indices.map { pow(0.95, Float(t - $0)) }
            return free.indices.reduce(Float(0)) { $0 + weights[$1] * free[$1][i] * free[$1][i] }
                / weights.reduce(0, +)
        }
        func asinhs(_ vector: [Float], over unit: Float) -> [Float] { vector.map { asinh($0 / unit) } }
        func expected(_ input: CoordinateInput) -> [Float] {
            switch input {
            case .direction: asinhs(direction, over: tau)
            case .planeMeanOfDirection: asinhs(common, over: tau)
            case .broadDirection: asinhs(broad, over: tau)
            case .move: asinhs(move, over: tau)
            case .plainStep: asinhs(free[t].map { seen.basis.inverseCurvature * $0 }, over: tau)
            case .gradient: asinhs(free[t], over: size)
            case .momentum: asinhs(momentum, over: size)
            case .gradientOverTime: zip(free[t], meanSquare).map { $0 == 0 ? 0 : tanh($0 / $1.squareRoot()) }
            case .parameter: point.parameters.map { 2 * $0 - 1 }
            case .planeMean: asinhs(grid.meanOverPlanes(free[t]), over: size)
            case .neighbourhoodMean: asinhs(grid.meanOverNeighbours(free[t], apart: 1), over: size)
            case .logarithmAndSign: []
            }
        }
        for (row, input) in LearnedOptimizer.Architecture.quasiNewton.inputs.enumerated() {
            let shown = seen.inputs[row * grid.count..<(row + 1) * grid.count]
            let error = zip(shown, expected(input)).map { ($0 - $1).magnitude }.max()!
            #expect(error < 2e-5, "\(input)")
        }
        let basis = seen.basis
        for (shown, vector) in [
            (basis.gradient, free[t]), (basis.move, move), (basis.planeMeanOfDirection, common),
            (basis.broadDirection, broad),
        ] {
            let error = zip(shown, vector).map { ($0 - $1).magnitude }.max()!
            #expect(error <= 2e-6 * vector.map(\.magnitude).max()!)
        }
    }

    /// Single precision's rounding, of which the differences of gradients and moves that pairs are make up to 1e-4.
    @Test func theDirectionOnAWalkIsThatOfLBFGSFromGammaPAndLeavesWhatIsHeld() {
        let grid = Self.grid
        let preconditioner = Preconditioner(luma: [4, 7, 12, 25, 50, 100], chroma: [1, 0.5, 0.9, 3, 6, 12])
        var optimizer = disturbed(.quasiNewton)
        optimizer.preconditioner = preconditioner
        let points = Self.walk(optimizer)
        let pairs = zip(points, points.dropFirst()).map {
            CurvaturePair(
                move: VectorMath.difference($1.parameters, $0.parameters),
                change: VectorMath.difference($1.gradient, $0.gradient))
        }
        var held = 0
        for t in 1..<points.count {
            let free = Self.freeGradient(points[t])
            let expected = TwoLoopRecursion(Array(pairs[..<t].suffix(5)), gradient: free) {
                preconditioner.apply(to: $0, grid)
            }
            let isHeld = zip(free, points[t].gradient).map { $0 == 0 && $1 != 0 }
            held += isHeld.count { $0 }
            let direction = zip(expected.direction, isHeld).map { $1 ? 0 : $0 }
            let basis = points[t].seen.basis
            #expect(relativeDistance(basis.direction, direction) < 1e-3, "\(t)")
            #expect((Double(basis.inverseCurvature) - expected.gamma).magnitude < 1e-3 * expected.gamma)
        }
        #expect(held > 0)
    }

    @Test(arguments: 0..<8)
    func everyInputOfTheWalkIsWhatItsDefinitionSays(t: Int) {
        let points = Self.points
        let point = points[t]
        let last = points[max(t - 1, 0)]
        let move = VectorMath.difference(point.parameters, last.parameters)
        let change = VectorMath.difference(point.gradient, last.gradient)
        func square(_ a: [Float]) -> Double { VectorMath.dot(a, a) }
        func cosine(_ a: [Float], _ b: [Float]) -> Double {
            VectorMath.dot(a, b) / (square(a) * square(b)).squareRoot()
        }
        /// What stands for products with a move while there is none.
        func since(_ value: Double) -> Double { t == 0 ? 0 : value }
        let expected: [SharedInput: Double] = [
            .progress: log(point.loss / points[0].loss + 1e-6) / 2,
            .decrease: min(max(4 * log(last.loss / point.loss), -3), 3),
            .agreement: t == 0
                ? -0.5 : min(max((last.loss - point.loss) / -VectorMath.dot(last.gradient, move) - 0.5, -2), 2),
            .gradientTurn: since(cosine(point.gradient, last.gradient)),
            .moveSlope: since(cosine(move, point.gradient)),
            .conditioning: since(
                min(log(square(move) * square(change) / pow(VectorMath.dot(move, change), 2)), 6) / 3),
            .moveSize: since(log(Double(rootMeanSquare(move)) / 0.02) / 3),
            .time: Double(t + 1) / Double(Self.horizon),
            .beginning: tanh(Double(t + 1) / 10),
            .horizon: log(Double(Self.horizon)) / 5,
        ]
        for (shown, input) in zip(point.seen.shared, LearnedOptimizer.Architecture.quasiNewton.sharedInputs) {
            #expect((Double(shown) - expected[input]!).magnitude < 1e-4, "\(input)")
        }
    }
}
