import DrawnPictures
import Imaging
import Numerics
import Testing

@testable import LearnedOptimization
@testable import StyleTransfer

/// A style transfer times a constant.
private struct Scaled: Objective {
    var base: StyleTransferObjective
    var factor: Float
    var parameterCount: Int { base.parameterCount }
    var bounds: ClosedRange<Float>? { base.bounds }
    var grid: Grid { base.grid }

    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        let loss = base.evaluate(parameters, gradient: &gradient)
        gradient = gradient.map { $0 * factor }
        return loss * Double(factor)
    }
}

private func problem(edge: Int = 64, seed: UInt64 = 1) throws -> (StyleTransferObjective, start: [Float]) {
    let content = DrawnContent.allCases[0].draw(seed: seed, width: edge, height: edge)
    let style = DrawnStyle.allCases[Int(seed) % DrawnStyle.allCases.count].draw(seed: seed, width: edge, height: edge)
    let objective = try StyleTransferObjective(
        network: .builtIn, content: content.planes, styles: [(style.planes, 1)],
        settings: ObjectiveSettings())
    return (objective, content.pixels)
}

private func points(
    _ objective: some Objective, from start: [Float], with optimizer: some Optimizer, count: Int
) -> [[Float]] {
    var (optimizer, point, points) = (optimizer, start, [start])
    var gradient = start
    for _ in 0..<count {
        let loss = objective.evaluate(point, gradient: &gradient)
        optimizer.step(&point, loss: loss, gradient: gradient)
        point = point.map { min(max($0, 0), 1) }
        points.append(point)
    }
    return points
}

private func distance(_ a: [Float], _ b: [Float]) -> Float {
    (zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / b.reduce(0) { $0 + $1 * $1 }).squareRoot()
}

@Suite struct LearnedOptimizerOnPicturesTests {
    @Test func theUntrainedDefaultIsLBFGSOnAPicture() throws {
        let (objective, start) = try problem()
        let untrained = LearnedOptimizer(untrained: .quasiNewton).optimizer(for: objective, horizon: 20)
        let learned = points(objective, from: start, with: untrained, count: 20)
        let reference = points(
            objective, from: start, with: LBFGS(history: 5, bounds: objective.bounds), count: 20)
        for (a, b) in zip(learned, reference) { #expect(distance(a, b) < 1e-4) }
    }

    /// Powers of two change no rounding: the walk is the same to the bit. Powers of ten do, by 1e-7 of every number, and a
    /// ReLU that falls the other way makes more of it with every step: a few steps stay within 1e-4.
    @Test func scalingTheObjectiveChangesNoStepOnAPicture() throws {
        let (objective, start) = try problem(seed: 2)
        let optimizer = LearnedOptimizer(untrained: .quasiNewton, seed: 3)
        func walk(_ factor: Float, _ count: Int) -> [[Float]] {
            let scaled = Scaled(base: objective, factor: factor)
            return points(scaled, from: start, with: optimizer.optimizer(for: scaled, horizon: 10), count: count)
        }
        let reference = walk(1, 10)
        for factor in [Float(0x1p-10), 0x1p10] { #expect(walk(factor, 10) == reference) }
        for factor in [Float(1e-3), 1e3] {
            for (a, b) in zip(reference, walk(factor, 2)) { #expect(distance(a, b) < 1e-4) }
        }
    }

    @Test func theGuardHoldsFromNoiseAndFarFromTheTrainedWeights() throws {
        let (objective, start) = try problem(seed: 3)
        var generator = SplitMix64(seed: 7)
        let noise = start.map { _ in generator.nextUnit() }
        var wild = LearnedOptimizer(untrained: .quasiNewton)
        for index in wild.weights.indices { wild.weights[index] = 8 * generator.nextUnit() - 4 }
        var walk = wild.optimizer(for: objective, horizon: 40)
        let minimum = minimize(objective, from: noise, with: &walk, evaluations: 40)
        #expect(minimum.losses.allSatisfy(\.isFinite) && minimum.loss < minimum.losses[0])
    }
}
