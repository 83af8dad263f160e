import Kernels
import LearnedOptimization
import Numerics
import Testing

/// Visits the given points, whatever the gradient, and says how often it refused one.
private struct Script: Optimizer {
    var points: [Float]
    var refusals = 0

    mutating func step(_ parameters: inout [Float], loss: Double, gradient: [Float]) {
        if loss > 4 { refusals += 1 }
        if !points.isEmpty { parameters = [points.removeFirst()] }
    }
}

/// x^2, and not a number below 0.
private struct Square: Objective {
    var bounds: ClosedRange<Float>? { -1...4 }
    var parameterCount: Int { 1 }

    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        let x = parameters[0]
        gradient = [2 * x]
        return x < 0 ? .nan : Double(x * x)
    }
}

private var square: Problem { Problem(name: "square", objective: Square(), start: [2]) }

private func script(_ name: String, _ points: Float...) -> Contestant {
    Contestant(name: name) { _, _ in Script(points: points) }
}

/// A comparison with made-up losses: of each contestant, of each problem.
private func comparison(_ losses: [[[Double]]]) -> Comparison {
    let curves = losses.enumerated().flatMap { contestant, problems in
        problems.enumerated().map { problem, losses in
            Comparison.Curve(
                contestant: contestant, problem: problem, losses: losses, seconds: losses.indices.map { Double($0) })
        }
    }
    return Comparison(
        names: losses.indices.map { "optimizer \($0)" }, evaluations: losses[0][0].count - 1, curves: curves)
}

@Suite struct ComparisonTests {
    @Test(arguments: [false, true])
    func aCurveHoldsTheBestSoFarAndCountsFromTheStart(sideBySide: Bool) {
        // 4 at the start; 9, NaN and 16 (clamped from 5) are no improvement, and the script refuses two of them.
        let scripts = [script("a", 3, 1, -0.5, 5, 0.5)]
        let result = Comparison.run(scripts, on: [square], evaluations: 5, sideBySide: sideBySide)
        #expect(result.curves.count == 1)
        #expect(result.curves[0].losses == [4, 4, 1, 1, 1, 0.25])
        #expect(result.curves[0].refusals == 2)
        #expect(result.curves[0].seconds.count == 6)
        #expect(result.curves[0].seconds == result.curves[0].seconds.sorted())
        #expect(result.meanLogRatio(0, at: 0).mean == 0)
        #expect(abs(result.meanLogRatio(0, at: 5).mean + 2.772588722) < 1e-8)
        #expect(result.refusalRate(0) == 0.4)
    }

    @Test func whatTheLineSearchOfLBFGSRefusesIsCounted() {
        let start: [Float] = [-1.2, 1]
        let problem = Problem(name: "Rosenbrock", objective: Rosenbrock(parameterCount: 2), start: start)
        let untrained = LearnedOptimizer(untrained: .quasiNewton)
        let result = Comparison.run(
            [Contestant(.lbfgs, history: 5), Contestant(name: "untrained", untrained)], on: [problem], evaluations: 40,
            sideBySide: false)
        #expect(result.curves[0].refusals > 0)
        #expect(result.curves[0].refusals == result.curves[1].refusals)
    }

    @Test func aLossOfZeroHasAFloor() {
        let curve = comparison([[[2, 0]]]).curves[0]
        #expect(abs(curve.logRatio(at: 1) + 69.07755) < 1e-4)
        #expect(comparison([[[0, 0]]]).curves[0].logRatio(at: 1) == 0)
        #expect(comparison([[[.infinity, 1]]]).curves[0].logRatio(at: 1) == 0)
    }

    @Test func lossesDoNotDependOnThreads() throws {
        var generator = SplitMix64(seed: 3)
        let problems = (0..<5).map { _ in RandomQuadratics().sample(using: &generator) }
        let contestants = BaselineOptimizer.allCases.map { Contestant($0) }
        func losses(threads: Int, sideBySide: Bool) -> [[Double]] {
            Parallel.$threadCount.withValue(threads) {
                Comparison.run(contestants, on: problems, evaluations: 12, sideBySide: sideBySide).curves.map(\.losses)
            }
        }
        let expected = losses(threads: 1, sideBySide: false)
        #expect(losses(threads: 4, sideBySide: true) == expected)
        #expect(losses(threads: 2, sideBySide: false) == expected)
    }

    @Test func stoppingLeavesOutProblemsThatNotAllTried() {
        var count = 0
        let result = Comparison.run(
            [script("a", 1), script("b", 0.5)], on: [square, square, square], evaluations: 1, sideBySide: false
        ) { _ in
            count += 1
            return count == 3 ? .stop : .carryOn
        }
        #expect(result.curves.count == 3)
        #expect(result.problemCount == 1)
        #expect(result.winRate(of: 0, over: 1, at: 1) == 0)
    }

    @Test func whatAProblemThrowsIsThrown() {
        struct Unreadable: Error {}
        for sideBySide in [false, true] {
            #expect(throws: Unreadable.self) {
                try Comparison.run(
                    [script("a")], problemCount: 2, evaluations: 1, sideBySide: sideBySide,
                    problem: { if $0 == 1 { throw Unreadable() } else { square } })
            }
        }
    }

    @Test func winsAreCountedWithTiesAsHalves() {
        let result = comparison([
            [[4, 1], [4, 2], [4, 3], [4, 3]],
            [[4, 2], [4, 2], [4, 2], [4, 2]],
        ])
        #expect(result.winRate(of: 0, over: 1, at: 1) == 0.375)
        #expect(result.winRate(of: 1, over: 0, at: 1) == 0.625)
        #expect(result.winRate(of: 0, over: 1, at: 0) == 0.5)
    }

    @Test func evaluationsToAnothersEndAreTheMedian() {
        let other = [[8.0, 4, 2], [8, 4, 2], [8, 4, 2]]
        #expect(
            comparison([[[8.0, 2, 1], [8, 3, 2], [8, 1, 1]], other]).evaluationsToReachEnd(of: 1, by: 0) == 1)
        #expect(
            comparison([[[8.0, 2, 1], [8, 7, 6], [8, 7, 6]], other]).evaluationsToReachEnd(of: 1, by: 0) == nil)
        #expect(comparison([other]).evaluationsToReachEnd(of: 0, by: 0) == 2)
    }

    @Test func theWorstProblemIsTheHighestRatio() {
        #expect(comparison([[[4, 1], [4, 4], [4, 2]]]).worstLogRatio(0, at: 1) == 0)
    }
}

@Suite struct EstimateTests {
    @Test func theIntervalFollowsFromTheSeedAndHoldsTheMean() {
        var generator = SplitMix64(seed: 5)
        let sample = generator.vector(200).map(Double.init)
        let estimate = Estimate(meanOf: sample)
        #expect(estimate == Estimate(meanOf: sample))
        #expect(estimate.lower < estimate.mean && estimate.mean < estimate.upper)
        // The mean of n numbers uniform in -1...1 has a standard deviation of 1 / sqrt(3 n).
        let expected = 2 * 1.96 / (3 * 200.0).squareRoot()
        #expect(abs((estimate.upper - estimate.lower) / expected - 1) < 0.15)
    }

    @Test func theIntervalShrinksWithTheSample() {
        var generator = SplitMix64(seed: 6)
        let sample = generator.vector(400).map(Double.init)
        let few = Estimate(meanOf: Array(sample.prefix(25)))
        let many = Estimate(meanOf: sample)
        #expect((many.upper - many.lower) * 2.5 < few.upper - few.lower)
    }

    @Test func oneNumberIsCertainAndNoneIsUnknown() {
        #expect(Estimate(meanOf: [3]) == Estimate(mean: 3, lower: 3, upper: 3))
        #expect(Estimate(meanOf: []).mean.isNaN)
    }
}

@Suite struct LearningRateSearchTests {
    /// Quadratics so gentle that the default rate is far too small.
    private var problems: [Problem] {
        (1...3).map { seed in
            let objective = Quadratic(6, condition: 2, targets: 20...40, seed: UInt64(seed))
            return Problem(name: "far", objective: objective, start: [Float](repeating: 0, count: 6))
        }
    }

    @Test func theRangeIsWidenedWhileTheBestIsAtAnEdge() throws {
        let outcome = try #require(LearningRateSearch.run(.adam, on: problems, evaluations: 20))
        let rates = outcome.candidates.map(\.learningRate)
        #expect(rates == rates.sorted() && rates.count > 5)
        #expect(rates.first == BaselineOptimizer.adam.defaultLearningRate / 4)
        #expect(zip(rates, rates.dropFirst()).allSatisfy { $1 / $0 == 2 })
        #expect(outcome.best.score == outcome.candidates.map(\.score).min())
        #expect(outcome.best.learningRate > rates.first! && outcome.best.learningRate < rates.last!)
        // What is reported is what a comparison finds.
        let best = Contestant(.adam, learningRate: outcome.best.learningRate)
        let again = Comparison.run([best], on: problems, evaluations: 20, sideBySide: false)
        #expect(again.meanLogRatio(0, at: 20).mean == outcome.best.score)
    }

    @Test func historiesAreTriedAtTheBestRate() throws {
        let outcome = try #require(LearningRateSearch.run(.lbfgs, on: problems, evaluations: 8))
        #expect(Set(outcome.candidates.map(\.history)) == [5, 10, 20])
        let others = outcome.candidates.filter { $0.history != 10 }
        #expect(others.count == 2 && others[0].learningRate == others[1].learningRate)
    }

    @Test func aStoppedSearchHasNoOutcome() {
        #expect(LearningRateSearch.run(.adam, on: problems, evaluations: 2) { .stop } == nil)
    }
}

@Suite struct RandomFunctionTests {
    /// The gradient against central differences, relative to its length.
    private func gradientError(_ objective: some Objective, at point: [Float]) -> Double {
        var gradient = [Float](repeating: 0, count: point.count)
        var unused = gradient
        _ = objective.evaluate(point, gradient: &gradient)
        let step: Float = 1e-3
        var (error, length) = (0.0, 0.0)
        for index in point.indices {
            var (above, below) = (point, point)
            above[index] += step
            below[index] -= step
            let rise = objective.evaluate(above, gradient: &unused) - objective.evaluate(below, gradient: &unused)
            let difference = Double(gradient[index]) - rise / Double(above[index] - below[index])
            error += difference * difference
            length += Double(gradient[index]) * Double(gradient[index])
        }
        return (error / length).squareRoot()
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func gradientsAreThoseOfTheValues(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for problem in [
            RandomQuadratics().sample(using: &generator), RandomRosenbrocks().sample(using: &generator),
        ] {
            #expect(problem.start.count == 10)
            #expect(gradientError(problem.objective, at: problem.start) < 1e-3, "\(problem.name)")
        }
    }

    @Test func minimaAreWhereTheyAreKnownToBe() {
        var gradient: [Float] = [9, 9, 9]
        let valley = LearnedOptimization.Rosenbrock(parameterCount: 3)
        #expect(valley.evaluate([1, 1, 1], gradient: &gradient) == 0)
        #expect(gradient == [0, 0, 0])
        gradient = [9, 9]
        let quadratic = LearnedOptimization.Quadratic(matrix: [1, 2, 0, 3], y: [5, 6])
        #expect(quadratic.evaluate([1, 2], gradient: &gradient) == 0)
        #expect(gradient == [0, 0])
        #expect(quadratic.evaluate([0, 0], gradient: &gradient) == 61)
        #expect(gradient == [-10, -56])
    }

    @Test func everySampleIsAnotherAndFollowsFromTheGenerator() throws {
        func starts(_ family: some TaskFamily) throws -> [[Float]] {
            var generator = SplitMix64(seed: 4)
            return try (0..<3).map { _ in try family.sample(using: &generator).start }
        }
        #expect(try Set(starts(RandomQuadratics())).count == 3)
        #expect(try Set(starts(RandomRosenbrocks())).count == 3)
        #expect(try starts(RandomRosenbrocks()) == starts(RandomRosenbrocks()))
    }
}
