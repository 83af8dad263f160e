// swift run --package-path Examples TrainAnOptimizer optimizer.safetensors
import Denoising
import Foundation
import LearnedOptimization

let evaluations = 16
var preset = LearnedOptimizer.Preset.quasiNewton
preset.training.horizon = evaluations
var settings = MetaTrainer.Settings(preset: preset)
settings.metaSteps = 300

var trainer = MetaTrainer(settings)
let untrained = trainer.average
while trainer.metaStep < settings.metaSteps {
    let report = try trainer.step(on: NoisySteps())
    if trainer.metaStep % 20 == 0 { print("step \(trainer.metaStep): meta-loss \(report.metaLoss)") }
}

// On problems that were not trained on, the mean of log(lowest loss / loss at the start).
var generator = SystemRandomNumberGenerator()
let problems = (0..<50).map { _ in NoisySteps().sample(using: &generator) }
for (name, optimizer) in [("untrained", untrained), ("trained", trainer.average)] {
    let scores = problems.map { problem in
        var state = optimizer.optimizer(for: problem.objective, horizon: evaluations)
        let minimum = minimize(problem.objective, from: problem.start, with: &state, evaluations: evaluations)
        return log(minimum.loss / minimum.losses[0])
    }
    print(name, scores.reduce(0, +) / Double(scores.count))
}

let output = CommandLine.arguments.dropFirst().first ?? "optimizer.safetensors"
try trainer.average.safetensors.write(path: output)
