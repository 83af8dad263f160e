import Kernels
import LearnedOptimization
import Numerics
import Testing

private func run(
    _ objective: some Objective, from start: [Float]? = nil, with kind: BaselineOptimizer, evaluations: Int
) -> (points: [[Float]], losses: [Double]) {
    func run(_ optimizer: some Optimizer) -> (points: [[Float]], losses: [Double]) {
        let run = LearnedOptimizationTests.run(objective, from: start, with: optimizer, evaluations: evaluations)
        return (run.points, run.losses)
    }
    return run(kind.make(bounds: objective.bounds))
}

@Suite struct DefaultRateTests {
    /// What share of the first loss is left after 100 evaluations; about twice what was seen with these seeds.
    @Test(arguments: zip(BaselineOptimizer.allCases, [1e-2, 2e-3, 5e-3, 2e-3, 1e-6]))
    func aQuadraticOfCondition1000IsDescended(kind: BaselineOptimizer, share: Double) {
        for seed in UInt64(1)...5 {
            let losses = run(Quadratic(50, seed: seed), with: kind, evaluations: 100).losses
            #expect(losses.min()! < share * losses[0], "seed \(seed): \(losses.min()! / losses[0])")
        }
    }

    /// The valley's floor is reached, at 0.5 %; only L-BFGS follows it to the end.
    @Test(arguments: zip(BaselineOptimizer.allCases, [1e-2, 1e-2, 1e-2, 1e-2, 1e-8]))
    func theRosenbrockFunctionIsDescended(kind: BaselineOptimizer, share: Double) {
        let objective = Rosenbrock(parameterCount: 10)
        let losses = run(objective, from: objective.start, with: kind, evaluations: 150).losses
        #expect(losses.min()! < share * losses[0], "\(losses.min()! / losses[0])")
    }

    /// About half of the parameters end at a bound. The share is of what can be gained at all.
    @Test(arguments: zip(BaselineOptimizer.allCases, [1e-2, 2e-3, 5e-3, 2e-3, 1e-6]))
    func aQuadraticWithActiveBoundsIsDescended(kind: BaselineOptimizer, share: Double) {
        let objective = Quadratic(200, targets: -0.5...1.5, bounds: 0...1, seed: 2)
        var reference = LBFGS(bounds: 0...1)
        let lowest = minimize(objective, from: middle(200), with: &reference, evaluations: 1000).loss
        let losses = run(objective, with: kind, evaluations: 100).losses
        let left = (losses.min()! - lowest) / (losses[0] - lowest)
        #expect(left < share)
    }

    @Test(arguments: BaselineOptimizer.allCases)
    func theFirstMoveIsAsLongAsTheLearningRate(kind: BaselineOptimizer) {
        let points = run(Quadratic(1000, seed: 3), with: kind, evaluations: 1).points
        let mean = zip(points[0], points[1]).map { ($0 - $1).magnitude }.reduce(0, +) / 1000
        // Nesterov's look-ahead adds its momentum to the first move.
        let expected = kind.defaultLearningRate * (kind == .nesterov ? 1.9 : 1)
        #expect((mean / expected - 1).magnitude < 1e-3)
    }
}

@Suite struct InvarianceTests {
    /// Powers of two change no rounding, so that the walk is the same to the bit. A thousand does change it: by some
    /// 1e-7 a step, which L-BFGS, whose every step depends on all before, may enlarge; hence 1e-4 over 20 steps.
    @Test(arguments: BaselineOptimizer.allCases)
    func scalingTheObjectiveLeavesTheWalk(kind: BaselineOptimizer) {
        let objective = Quadratic(50, condition: 100, seed: 4)
        let points = run(objective, with: kind, evaluations: 20).points
        for factor in [1e-3, 1e3, 1e-9] {
            let scaled = Scaled(base: objective, factor: factor)
            let others = run(scaled, with: kind, evaluations: 20).points
            for (point, other) in zip(points, others) {
                let error = zip(point, other).map { ($0 - $1).magnitude }.max()!
                #expect(error < 1e-4)
            }
        }
        let doubled = run(Scaled(base: objective, factor: 1024), with: kind, evaluations: 20).points
        #expect(doubled == points)
    }

    /// Longer than several chunks, so that the threads do share the work.
    @Test(arguments: BaselineOptimizer.allCases)
    func theNumberOfThreadsDoesNotShow(kind: BaselineOptimizer) {
        let objective = Quadratic(40_000, targets: -0.5...1.5, bounds: 0...1, seed: 5)
        let results = [1, 2, 5].map { threads in
            Parallel.$threadCount.withValue(threads) {
                run(objective, with: kind, evaluations: 12).points.last!
            }
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }
}

@Suite struct RobustnessTests {
    @Test(arguments: BaselineOptimizer.allCases)
    func lossesThatAreNotNumbersNeverReachTheParameters(kind: BaselineOptimizer) {
        // The minimum is out of reach, so that the walk runs into the undefined region.
        let objective = UndefinedBeyond(base: Quadratic(20, condition: 10, targets: 0.8...1, seed: 6), limit: 0.6)
        let (points, losses) = run(objective, with: kind, evaluations: 60)
        #expect(losses.contains { $0.isNaN })
        #expect(points.allSatisfy { $0.allSatisfy(\.isFinite) })
        if kind == .lbfgs { #expect(losses.last!.isFinite && losses.last! < losses[0]) }
    }

    @Test(arguments: BaselineOptimizer.allCases)
    func aFirstLossThatIsNotANumberIsSurvived(kind: BaselineOptimizer) {
        var optimizer = kind.make()
        var parameters: [Float] = [0.25, 0.5]
        optimizer.step(&parameters, loss: .nan, gradient: [1, 1])
        optimizer.step(&parameters, loss: 1, gradient: [.nan, 1])
        #expect(parameters == [0.25, 0.5])
        optimizer.step(&parameters, loss: 1, gradient: [1, 1])
        #expect(parameters.allSatisfy { $0.isFinite && $0 < 0.5 })
    }

    @Test(arguments: BaselineOptimizer.allCases)
    func whereTheGradientIsZeroNothingMoves(kind: BaselineOptimizer) {
        for bounds in [nil, Float(0)...1] {
            var optimizer = kind.make(bounds: bounds)
            var parameters: [Float] = [0, 0.5]
            for _ in 0..<5 { optimizer.step(&parameters, loss: 1, gradient: [0, 0]) }
            #expect(parameters == [0, 0.5])
        }
    }

    @Test(arguments: BaselineOptimizer.allCases)
    func noParametersAreNoTrouble(kind: BaselineOptimizer) {
        var optimizer = kind.make(bounds: 0...1)
        var parameters: [Float] = []
        for _ in 0..<3 { optimizer.step(&parameters, loss: 0, gradient: []) }
        optimizer.resample { $0 }
        #expect(parameters.isEmpty)
    }

    /// A walk that changes to a grid twice as fine goes on as on the old one, each coordinate being there twice.
    @Test(arguments: BaselineOptimizer.allCases)
    func theWalkGoesOnAfterResampling(kind: BaselineOptimizer) {
        struct Doubled: Objective {
            var base: Quadratic
            var parameterCount: Int { 2 * base.parameterCount }
            var bounds: ClosedRange<Float>? { nil }
            func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
                var half = [Float](repeating: 0, count: base.parameterCount)
                let averages = half.indices.map { (parameters[2 * $0] + parameters[2 * $0 + 1]) / 2 }
                let loss = base.evaluate(averages, gradient: &half)
                gradient = half.flatMap { [$0 / 2, $0 / 2] }
                return loss
            }
        }
        func doubled(_ vector: [Float]) -> [Float] { vector.flatMap { [$0, $0] } }
        let objective = Quadratic(50, condition: 100, seed: 7)
        let expected = run(objective, with: kind, evaluations: 20)

        var optimizer = kind.make()
        var point = middle(50)
        var gradient = point
        var fineGradient = doubled(point)
        var losses: [Double] = []
        for step in 0..<20 {
            if step == 12 {
                point = doubled(point)
                optimizer.resample(doubled)
            }
            if step < 12 {
                losses.append(objective.evaluate(point, gradient: &gradient))
                optimizer.step(&point, loss: losses.last!, gradient: gradient)
            } else {
                losses.append(Doubled(base: objective).evaluate(point, gradient: &fineGradient))
                optimizer.step(&point, loss: losses.last!, gradient: fineGradient)
            }
        }
        #expect(losses.last! < 0.9 * losses[12])
        // L-BFGS loses the pair of the step across the change, and goes another way from there on.
        if kind != .lbfgs {
            for (loss, other) in zip(losses, expected.losses) { #expect((loss - other).magnitude < 1e-4 * other) }
        }
    }
}

@Suite struct LBFGSTests {
    @Test(arguments: UInt64(1)...5)
    func aQuadraticOf50DimensionsIsSolved(seed: UInt64) {
        let losses = run(Quadratic(50, seed: seed), with: .lbfgs, evaluations: 150).losses
        let needed = losses.firstIndex { $0 < 1e-8 * losses[0] }
        #expect(needed != nil, "\(losses.min()! / losses[0])")
    }

    @Test func bothItsOwnBoundsAndItsCallersClampingServe() {
        let objective = Quadratic(200, targets: -0.5...1.5, bounds: 0...1, seed: 8)
        func loss(_ bounds: ClosedRange<Float>?, _ evaluations: Int) -> Double {
            var optimizer = LBFGS(bounds: bounds)
            return minimize(objective, from: middle(200), with: &optimizer, evaluations: evaluations).loss
        }
        let lowest = loss(0...1, 1000)
        let (aware, unaware, start) = (loss(0...1, 60), loss(nil, 60), loss(nil, 1))
        #expect(unaware < 0.5 * start)
        #expect(aware - lowest < 0.1 * (unaware - lowest))
    }

    /// A step that overflowed is not drawn back, which would leave it infinite, but begun anew.
    @Test func aPointThatIsNotFiniteIsLeft() {
        var optimizer = LBFGS()
        var parameters: [Float] = [0.5, 0.5]
        optimizer.step(&parameters, loss: 1, gradient: [1, -1])
        parameters = [.infinity, .nan]
        optimizer.step(&parameters, loss: .nan, gradient: [.nan, .nan])
        #expect(parameters == [0.48, 0.52])
    }

    /// A point so good that no step of single precision betters it is held on to.
    @Test func atTheMinimumItStays() {
        let objective = Quadratic(50, condition: 10, seed: 9)
        let losses = run(objective, with: .lbfgs, evaluations: 400).losses
        #expect(losses[300...].allSatisfy { $0 < 1e-6 * losses[0] })
    }
}
