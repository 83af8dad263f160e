import Kernels
import Numerics
import Testing

@testable import LearnedOptimization

/// Random moves across a quadratic with the given curvatures, so that s.y is positive as on any convex objective.
private func randomPairs(_ count: Int, length: Int, using random: inout SplitMix64) -> [CurvaturePair] {
    let curvatures = random.vector(length, in: 0.01...1)
    return (0..<count).map { _ in
        let move = random.vector(length)
        return CurvaturePair(move: move, change: zip(move, curvatures).map(*))
    }
}

/// H g and its slope (H g) . g.
private func direction(
    _ history: inout CurvatureHistory, _ gradient: [Float]
) throws -> (vector: [Float], slope: Double) {
    let direction = history.direction(for: gradient)
    let vector = try #require(direction).vector
    return (vector, VectorMath.dot(vector, gradient))
}

@Suite struct CurvatureHistoryTests {
    /// The inner products carry single precision's relative error of some 1e-7, and the recursion, on well-conditioned
    /// pairs, enlarges it little: 2e-6 leaves a factor of ten.
    @Test(arguments: [1, 2, 5, 16, 17, 1000, 8192, 20_000], [1, 3, 10])
    func theDirectionIsThatOfTheTwoLoopRecursion(length: Int, capacity: Int) throws {
        var random = SplitMix64(seed: UInt64(length * 100 + capacity))
        var history = CurvatureHistory(capacity: capacity)
        let pairs = randomPairs(capacity + 4, length: length, using: &random)
        for index in pairs.indices {
            history.push(pairs[index])
            let kept = Array(pairs[max(0, index + 1 - capacity)...index])
            guard kept.count <= length else { continue }  // more pairs than dimensions: no telling rounding from error
            let gradient = random.vector(length)
            let direction = try direction(&history, gradient)
            let expected = TwoLoopRecursion(kept, gradient: gradient).direction
            #expect(relativeDistance(direction.vector, expected) < 2e-6)
            let slope = zip(gradient, expected).map { Double($0) * $1 }.reduce(0, +)
            #expect((direction.slope - slope).magnitude < 1e-5 * slope)
        }
    }

    @Test func pairsWithoutADirectionBetweenThemCountAsWell() throws {
        var random = SplitMix64(seed: 5)
        var history = CurvatureHistory(capacity: 4)
        let pairs = randomPairs(9, length: 300, using: &random)
        for pair in pairs[..<3] { history.push(pair) }
        _ = try direction(&history, pairs[0].change)
        for pair in pairs[3...] { history.push(pair) }
        let gradient = random.vector(300)
        let direction = try direction(&history, gradient)
        let expected = TwoLoopRecursion(Array(pairs[5...]), gradient: gradient)
        #expect(relativeDistance(direction.vector, expected.direction) < 2e-6)
    }

    @Test func anEmptyHistoryHasNoDirection() {
        var history = CurvatureHistory(capacity: 3)
        let direction = history.direction(for: [1, 2])
        #expect(direction == nil)
    }

    @Test func pairsWithoutPositiveCurvatureAreSkipped() {
        var history = CurvatureHistory(capacity: 3)
        let pairs: [(move: [Float], change: [Float])] = [
            ([1, 0], [-1, 0]), ([1, 0], [0, 1]), ([0, 0], [1, 1]), ([1, 0], [.nan, 1]), ([1, 0], [1e-3, 1]),
        ]
        let added = pairs.map { move, change in
            let count = history.count
            history.push(CurvaturePair(move: move, change: change))
            return history.count > count
        }
        #expect(added == [false, false, false, false, true])
        #expect(history.count == 1)
    }

    /// Doubling every coordinate halves the gradient of a mean, and leaves H g, as a move, what it was.
    @Test func onAFinerGridTheDirectionIsTheSameMove() throws {
        func doubled(_ vector: [Float]) -> [Float] { vector.flatMap { [$0, $0] } }
        var random = SplitMix64(seed: 6)
        var history = CurvatureHistory(capacity: 5)
        for pair in randomPairs(5, length: 500, using: &random) { history.push(pair) }
        let gradient = random.vector(500)
        let coarse = try direction(&history, gradient).vector
        history.resample(doubled)
        let fine = try direction(&history, doubled(gradient).map { $0 / 2 }).vector
        #expect(relativeDistance(fine, doubled(coarse).map(Double.init)) < 2e-6)
    }
}

@Suite(.serialized) struct VectorMathTests {
    @Test(arguments: [0, 1, 15, 16, 17, 8191, 8192, 8193, 50_000])
    func sumsAreThoseOfDoublePrecision(length: Int) {
        var random = SplitMix64(seed: UInt64(length))
        let (a, b) = (random.vector(length), random.vector(length))
        let products = zip(a, b).map { Double($0) * Double($1) }
        // A lane adds 512 numbers at most: rounding of some 1e-7 each, of either sign, against the sum of magnitudes.
        let tolerance = 1e-6 * products.map(\.magnitude).reduce(0, +)
        #expect((VectorMath.dot(a, b) - products.reduce(0, +)).magnitude <= tolerance)
        let magnitudes = a.map { Double($0.magnitude) }.reduce(0, +)
        #expect((VectorMath.sumOfMagnitudes(a) - magnitudes).magnitude <= 1e-6 * magnitudes)
        #expect(VectorMath.innerProducts([a, b], [b]) == [[VectorMath.dot(a, b)], [VectorMath.dot(b, b)]])
    }

    @Test(arguments: [0, 1, 17, 8193])
    func elementwiseResultsAreExact(length: Int) {
        var random = SplitMix64(seed: UInt64(length))
        let (a, b) = (random.vector(length), random.vector(length))
        #expect(VectorMath.difference(a, b) == zip(a, b).map(-))
        var sum = a
        VectorMath.combine(&sum, scaledBy: 2, adding: [-0.5, 3], of: [b, a])
        #expect(sum == zip(a, b).map { 2 * $0 + -0.5 * $1 + 3 * $0 })
        sum = a
        VectorMath.add(3, b, to: &sum)
        #expect(sum == zip(a, b).map { $0 + 3 * $1 })
        VectorMath.clamp(&sum, to: 0...1)
        #expect(sum == zip(a, b).map { min(max($0 + 3 * $1, 0), 1) })
        VectorMath.copy(a, to: &sum)
        #expect(sum == a)
    }
}
