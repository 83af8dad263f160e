import Kernels
import Numerics

@testable import LearnedOptimization

/// What an optimizer did: every point, those it was given and the one after, the loss of each evaluation, and itself.
typealias Run<Kind: Optimizer> = (points: [[Float]], losses: [Double], optimizer: Kind)

/// - Parameter start: the middle of 0...1 unless said.
func run<Kind: Optimizer>(
    _ objective: some Objective, from start: [Float]? = nil, with optimizer: Kind, evaluations: Int
) -> Run<Kind> {
    var run: Run<Kind> = ([start ?? middle(objective.parameterCount)], [], optimizer)
    var gradient = [Float](repeating: 0, count: objective.parameterCount)
    for _ in 0..<evaluations {
        var point = run.points.last!
        run.losses.append(objective.evaluate(point, gradient: &gradient))
        run.optimizer.step(&point, loss: run.losses.last!, gradient: gradient)
        if let bounds = objective.bounds { point = point.map { min(max($0, bounds.lowerBound), bounds.upperBound) } }
        run.points.append(point)
    }
    return run
}

func run(_ objective: some Objective, with optimizer: LearnedOptimizer, evaluations: Int) -> Run<LearnedOptimizer.State>
{
    run(objective, with: optimizer.optimizer(for: objective, horizon: evaluations), evaluations: evaluations)
}

func middle(_ count: Int) -> [Float] { [Float](repeating: 0.5, count: count) }

/// The size of a - b over that of b.
func relativeDistance(_ a: [Float], _ b: [Double]) -> Double {
    let squares = zip(a, b).map { (Double($0) - $1) * (Double($0) - $1) }.reduce(0, +)
    return (squares / b.map { $0 * $0 }.reduce(0, +)).squareRoot()
}

func relativeDistance(_ a: [Float], _ b: [Float]) -> Double { relativeDistance(a, b.map(Double.init)) }

/// An untrained optimizer whose head is no longer zero, so that the LSTM does have a say.
func disturbed(
    _ architecture: LearnedOptimizer.Architecture, by size: Float = 0.3, seed: UInt64 = 1, windows: Int = 1
) -> LearnedOptimizer {
    var optimizer = LearnedOptimizer(untrained: architecture, seed: seed, windows: windows)
    var generator = SplitMix64(seed: seed + 100)
    for (name, _, range) in architecture.shape.tensors where name.hasPrefix("head") {
        for index in range { optimizer.weights[index] = size * (2 * generator.nextUnit() - 1) }
    }
    return optimizer
}

extension LearnedOptimizer.Architecture {
    static let all = LearnedOptimizer.Preset.all.map(\.architecture)
}
