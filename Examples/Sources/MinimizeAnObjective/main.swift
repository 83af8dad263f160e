// swift run --package-path Examples MinimizeAnObjective
import Denoising
import LearnedOptimization

var generator = SystemRandomNumberGenerator()
let problem = NoisySteps().sample(using: &generator)

var learned = LearnedOptimizer.builtIn.optimizer(for: problem.objective, horizon: 16)
let minimum = minimize(problem.objective, from: problem.start, with: &learned, evaluations: 16) { evaluation in
    print(evaluation.index, evaluation.bestLoss)
    return .carryOn
}

var lbfgs = LBFGS(bounds: problem.objective.bounds)
let other = minimize(problem.objective, from: problem.start, with: &lbfgs, evaluations: 16)
print("learned: \(minimum.loss), L-BFGS: \(other.loss)")
