import LearnedOptimization

struct Parabola: Objective {
    let parameterCount = 100
    let bounds: ClosedRange<Float>? = 0...1

    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        for (i, x) in parameters.enumerated() { gradient[i] = 2 * (x - 0.3) }
        return parameters.reduce(0) { $0 + Double(($1 - 0.3) * ($1 - 0.3)) }
    }
}

let objective = Parabola()
var optimizer = LearnedOptimizer.builtIn.optimizer(for: objective, horizon: 32)
let start = [Float](repeating: 0.9, count: objective.parameterCount)
let minimum = minimize(objective, from: start, with: &optimizer, evaluations: 32)
print(minimum.loss)
