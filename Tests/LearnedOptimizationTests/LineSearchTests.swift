import Testing

@testable import LearnedOptimization

/// Proposes given points, and tells how it was used.
private struct Script: Proposal {
    var trials: [[Float]]
    var steps: [AcceptedStep?] = []
    var drops = 0

    mutating func propose(_ trial: inout [Float], from point: AcceptedPoint, after step: AcceptedStep?) {
        steps.append(step)
        if !trials.isEmpty { trial = trials.removeFirst() }
    }

    mutating func dropCurvature() { drops += 1 }
}

@Suite struct LineSearchTests {
    private func search(memory: Int = 1, bounds: ClosedRange<Float>? = nil) -> LineSearch {
        LineSearch(memory: memory, firstMove: 0.02, bounds: bounds)
    }

    @Test func anAcceptedStepIsToldOf() throws {
        var (search, script, x) = (search(), Script(trials: [[0.25, 1], [0, 0]]), [Float(0), 1])
        search.step(&x, loss: 8, gradient: [-4, 0], &script)
        #expect(x == [0.25, 1] && script.steps.count == 1 && script.steps[0] == nil)
        search.step(&x, loss: 7.5, gradient: [-2, 1], &script)
        let step = try #require(script.steps[1])
        #expect(step.pair.move == [0.25, 0] && step.pair.change == [2, 1])
        #expect(step.decrease == 0.5 && step.slope == -1 && search.refusals == 0)
    }

    /// With a slope of -2 along the move and a loss of f - 2 + e at its end, the parabola's minimum is at 1 / e of it, of which
    /// no less than 0.1 is taken.
    @Test(arguments: [8.0, 3.0, 2.1, 100.0, Double.nan])
    func aRefusedTrialIsDrawnBackToTheMinimumOfAParabola(excess: Double) {
        let share = excess.isNaN ? 0.1 : min(max(1 / excess, 0.1), 0.5)
        var (search, script, x) = (search(), Script(trials: [[1]]), [Float(0)])
        search.step(&x, loss: 5, gradient: [-2], &script)
        search.step(&x, loss: 5 - 2 + excess, gradient: [1], &script)
        #expect((Double(x[0]) - share).magnitude < 1e-6)
        #expect(search.refusals == 1 && script.drops == 0 && script.steps.count == 1)
    }

    @Test func afterFourRefusalsItGoesAlongTheFreeGradientFromTheAcceptedPoint() {
        var (search, script, x) = (search(bounds: 0...1), Script(trials: [[0.1, 0.9]]), [Float(0), 0.5])
        // The first parameter is held: going downhill would take it below 0.
        search.step(&x, loss: 1, gradient: [2, 4], &script)
        for refusal in 1...4 {
            #expect(script.drops == 0, "\(refusal)")
            search.step(&x, loss: .infinity, gradient: [0, 0], &script)
        }
        #expect(script.drops == 1 && search.refusals == 4)
        // A tenth of the move four times over, which was 0.25 in the mean over both parameters.
        #expect(x[0] == 0 && (x[1] - (0.5 - 2 * 0.25e-4)).magnitude < 1e-7)
    }

    @Test func aTrialIsComparedWithTheHighestOfTheLastLosses() {
        let cases: [(memory: Int, losses: [Double], refusals: Int)] = [
            (1, [4, 2, 3], 1), (2, [4, 2, 3], 0), (2, [4, 2, 1, 3], 1), (0, [4, 9], 0),
        ]
        for (memory, losses, refusals) in cases {
            var (search, script, x) = (search(memory: memory), Script(trials: []), [Float(0)])
            for loss in losses { search.step(&x, loss: loss, gradient: [0], &script) }
            #expect(search.refusals == refusals, "\(memory), \(losses)")
        }
    }

    @Test func beforeAPointIsAcceptedNothingIsTried() {
        var (search, script, x) = (search(), Script(trials: [[1]]), [Float(0)])
        search.step(&x, loss: .nan, gradient: [1], &script)
        search.step(&x, loss: 1, gradient: [.infinity], &script)
        #expect(x == [0] && script.steps.isEmpty && search.refusals == 0)
    }
}
