import LearnedOptimization
import Testing

@Suite struct MinimizeTests {
    /// Adds to every parameter, whatever the gradient.
    private struct Drift: Optimizer {
        var step: Float
        mutating func step(_ parameters: inout [Float], loss: Double, gradient: [Float]) {
            parameters = parameters.map { $0 + step }
        }
    }

    /// (x - 0.5)^2, the mean over the parameters.
    private struct Bowl: Objective {
        var parameterCount: Int
        var bounds: ClosedRange<Float>?
        func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
            gradient = parameters.map { 2 * ($0 - 0.5) / Float(parameterCount) }
            return parameters.map { Double(($0 - 0.5) * ($0 - 0.5)) }.reduce(0, +) / Double(parameterCount)
        }
    }

    @Test func theBestPointIsKeptWhenTheWalkPassesIt() {
        var optimizer = Drift(step: 0.25)
        let minimum = minimize(Bowl(parameterCount: 3), from: [0, 0, 0], with: &optimizer, evaluations: 5)
        #expect(minimum.parameters == [0.5, 0.5, 0.5])
        #expect(minimum.loss == 0)
        #expect(minimum.losses == [0.25, 0.0625, 0, 0.0625, 0.25])
        #expect(!minimum.wasStopped)
    }

    @Test func everyPointIsWithinTheBounds() {
        var optimizer = Drift(step: 0.75)
        let bowl = Bowl(parameterCount: 1, bounds: 0...0.25)
        let minimum = minimize(bowl, from: [-7], with: &optimizer, evaluations: 3)
        #expect(minimum.losses == [0.25, 0.0625, 0.0625])
        #expect(minimum.parameters == [0.25])
    }

    @Test func theCallbackSeesEveryEvaluationAndCanStop() {
        var optimizer: any Optimizer = Drift(step: 0.25)
        var seen: [Double] = []
        let bowl = Bowl(parameterCount: 1)
        let minimum = minimize(bowl, from: [0.25], with: &optimizer, evaluations: 100) { evaluation in
            #expect(evaluation.index == seen.count)
            seen.append(evaluation.loss)
            #expect(evaluation.bestLoss == seen.min())
            #expect(evaluation.bestParameters == [seen.count == 1 ? 0.25 : 0.5])
            return evaluation.index == 3 ? .stop : .carryOn
        }
        #expect(seen == [0.0625, 0, 0.0625, 0.25])
        #expect(minimum.losses == seen)
        #expect(minimum.wasStopped)
        #expect(minimum.loss == 0)
    }

    @Test func withoutAnyNumberTheStartIsTheResult() {
        var optimizer = Adam()
        let nowhere = UndefinedBeyond(base: Bowl(parameterCount: 2), limit: -1)
        let minimum = minimize(nowhere, from: [0.25, 0.75], with: &optimizer, evaluations: 3)
        #expect(minimum.parameters == [0.25, 0.75])
        #expect(minimum.loss == .infinity)
        #expect(minimum.losses.count == 3)
    }

    @Test func noEvaluationsAreNoTrouble() {
        var optimizer = LBFGS()
        let minimum = minimize(Bowl(parameterCount: 2), from: [0.25, 0.75], with: &optimizer, evaluations: 0)
        #expect(minimum.parameters == [0.25, 0.75])
        #expect(minimum.losses.isEmpty)
    }
}
