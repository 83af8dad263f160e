// swift run --package-path Examples TrainAnOptimizer optimizer.safetensors
import Denoising
import Foundation
import LearnedOptimization

var preset = LearnedOptimizer.Preset.quasiNewton
preset.training.horizon = 32
var settings = MetaTrainer.Settings(preset: preset)
settings.metaSteps = 200

var trainer = MetaTrainer(settings)
let untrained = trainer.average
while trainer.metaStep < settings.metaSteps {
    let report = try trainer.step(on: NoisySteps())
    if trainer.metaStep % 20 == 0 { print("step \(trainer.metaStep): meta-loss \(report.metaLoss)") }
}

/// The mean, over problems that were not trained on, of log(lowest loss / loss at the start).
func score(_ optimizer: LearnedOptimizer) -> Double {
    var generator = SystemRandomNumberGenerator()
    let scores = (0..<50).map { _ in
        let problem = NoisySteps().sample(using: &generator)
        var state = optimizer.optimizer(for: problem.objective, horizon: 32)
        let minimum = minimize(problem.objective, from: problem.start, with: &state, evaluations: 32)
        return log(minimum.loss / minimum.losses[0])
    }
    return scores.reduce(0, +) / Double(scores.count)
}
print("untrained \(score(untrained)), trained \(score(trainer.average))")

let output = CommandLine.arguments.dropFirst().first ?? "optimizer.safetensors"
try trainer.average.safetensors.write(path: output)
