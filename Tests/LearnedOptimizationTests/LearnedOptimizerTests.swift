import Foundation
import Kernels
import Numerics
import Safetensors
import Testing

@testable import LearnedOptimization

/// An untrained optimizer whose head is no longer zero, so that the LSTM does have a say.
func disturbed(
    _ preset: LearnedOptimizer.Preset, by size: Float = 0.3, seed: UInt64 = 1, windows: Int = 1
) -> LearnedOptimizer {
    var optimizer = LearnedOptimizer(untrained: preset, seed: seed, windows: windows)
    var generator = SplitMix64(seed: seed + 100)
    for (name, _, range) in preset.shape.tensors where name.hasPrefix("head") {
        for index in range { optimizer.weights[index] = size * (2 * generator.nextUnit() - 1) }
    }
    return optimizer
}

private func points(
    _ objective: some Objective, from start: [Float], with optimizer: some Optimizer, evaluations: Int
) -> [[Float]] {
    var (optimizer, point, points) = (optimizer, start, [start])
    var gradient = [Float](repeating: 0, count: start.count)
    for _ in 0..<evaluations {
        let loss = objective.evaluate(point, gradient: &gradient)
        optimizer.step(&point, loss: loss, gradient: gradient)
        if let bounds = objective.bounds { point = point.map { min(max($0, bounds.lowerBound), bounds.upperBound) } }
        points.append(point)
    }
    return points
}

private func middle(_ count: Int) -> [Float] { [Float](repeating: 0.5, count: count) }

private func distance(_ a: [Float], _ b: [Float]) -> Float {
    let difference = zip(a, b).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (difference / b.reduce(0) { $0 + $1 * $1 }).squareRoot()
}

@Suite struct UntrainedOptimizerTests {
    @Test(arguments: [nil, Float(0)...1], [10.0, 1e3])
    func theUntrainedDefaultIsLBFGSOnQuadratics(bounds: ClosedRange<Float>?, condition: Double) {
        let objective = Quadratic(
            300, condition: condition, targets: bounds == nil ? 0...1 : -0.5...1.5, bounds: bounds, seed: 8)
        let untrained = LearnedOptimizer(untrained: .quasiNewton).optimizer(for: objective, horizon: 20)
        let learned = points(objective, from: middle(300), with: untrained, evaluations: 20)
        let reference = points(
            objective, from: middle(300), with: LBFGS(history: 5, bounds: bounds), evaluations: 20)
        for (a, b) in zip(learned, reference) { #expect(distance(a, b) < 1e-4) }
    }
}

@Suite struct LearnedWalkTests {
    @Test(arguments: LearnedOptimizer.Preset.all)
    func scalingTheObjectiveLeavesTheWalk(preset: LearnedOptimizer.Preset) {
        let objective = Quadratic(50, condition: 100, seed: 4)
        let optimizer = disturbed(preset)
        let walk = points(
            objective, from: middle(50), with: optimizer.optimizer(for: objective, horizon: 20), evaluations: 20)
        for factor in [1e-3, 1e3] {
            let scaled = Scaled(base: objective, factor: factor)
            let other = points(
                scaled, from: middle(50), with: optimizer.optimizer(for: scaled, horizon: 20), evaluations: 20)
            for (a, b) in zip(walk, other) { #expect(distance(a, b) < 1e-4) }
        }
    }

    @Test func theStateOfTheDefaultFitsIn100MBAt512x512() {
        #expect(LearnedOptimizer(untrained: .quasiNewton).bytesPerParameter * 3 * 512 * 512 <= 100_000_000)
    }

    @Test(arguments: LearnedOptimizer.Preset.all)
    func theNumberOfThreadsDoesNotShow(preset: LearnedOptimizer.Preset) {
        let objective = Quadratic(20_000, targets: -0.5...1.5, bounds: 0...1, seed: 5)
        let optimizer = disturbed(preset)
        let results = [1, 2, 5].map { threads in
            Parallel.$threadCount.withValue(threads) {
                points(
                    objective, from: middle(20_000), with: optimizer.optimizer(for: objective, horizon: 8),
                    evaluations: 8)
            }
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    /// Wild weights: every proposal is a leap in a random direction.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func theGuardMakesDivergenceImpossibleWhateverTheWeights(seed: UInt64) {
        let objective = Quadratic(100, condition: 1e3, seed: seed)
        var walk = disturbed(.quasiNewton, by: 20, seed: seed).optimizer(for: objective, horizon: 60)
        var (point, losses): ([Float], [Double]) = (middle(100), [])
        var gradient = point
        for _ in 0..<60 {
            losses.append(objective.evaluate(point, gradient: &gradient))
            walk.step(&point, loss: losses.last!, gradient: gradient)
        }
        #expect(walk.refusals > 0)
        #expect(losses.min()! < losses[0])
        let accepted = losses.filter { $0 <= losses[0] }
        #expect(accepted.count + walk.refusals >= losses.count)
    }

    @Test(arguments: LearnedOptimizer.Preset.all)
    func lossesThatAreNotNumbersNeverReachTheParameters(preset: LearnedOptimizer.Preset) {
        let objective = UndefinedBeyond(base: Quadratic(20, condition: 10, targets: 0.8...1, seed: 6), limit: 0.501)
        // Where random weights lead to is anybody's guess; some lead into the undefined.
        let all = (UInt64(1)...8).flatMap { seed in
            let walk = disturbed(preset, seed: seed).optimizer(for: objective, horizon: 60)
            return points(objective, from: middle(20), with: walk, evaluations: 60)
        }
        #expect(all.allSatisfy { $0.allSatisfy(\.isFinite) })
        #expect(all.contains { $0.contains { $0 > objective.limit } })
    }

    /// The LSTM's states lie in memory that a step changes in place.
    @Test(arguments: LearnedOptimizer.Preset.all)
    func aCopyGoesItsOwnWay(preset: LearnedOptimizer.Preset) {
        let objective = Quadratic(50, condition: 100, seed: 4)
        var walk = disturbed(preset).optimizer(for: objective, horizon: 8)
        var (point, gradient) = (middle(50), middle(50))
        func step(_ walk: inout LearnedWalk, _ point: inout [Float]) {
            let loss = objective.evaluate(point, gradient: &gradient)
            walk.step(&point, loss: loss, gradient: gradient)
        }
        for _ in 0..<3 { step(&walk, &point) }
        var (other, otherPoint) = (walk, point)
        for _ in 0..<3 { step(&walk, &point) }
        for _ in 0..<3 { step(&other, &otherPoint) }
        #expect(point == otherPoint)
    }

    @Test(arguments: LearnedOptimizer.Preset.all)
    func whereTheGradientIsZeroAWalkStaysWithinBoundsAndTheUntrainedDefaultWhereItIs(preset: LearnedOptimizer.Preset) {
        struct Flat: Objective {
            var parameterCount: Int { 4 }
            var bounds: ClosedRange<Float>? { 0...1 }
            func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
                gradient = [0, 0, 0, 0]
                return 1
            }
        }
        let walk = LearnedOptimizer(untrained: preset).optimizer(for: Flat(), horizon: 5)
        let all = points(Flat(), from: middle(4), with: walk, evaluations: 5)
        #expect(all.allSatisfy { $0.allSatisfy { $0.isFinite && (0...1).contains($0) } })
        if preset.update.isQuasiNewton { #expect(all.allSatisfy { $0 == middle(4) }) }
    }
}

@Suite struct LearnedOptimizerFileTests {
    @Test(arguments: LearnedOptimizer.Preset.all)
    func whatIsWrittenIsReadBack(preset: LearnedOptimizer.Preset) throws {
        var optimizer = disturbed(preset, windows: 7)
        if preset.update.isQuasiNewton {
            optimizer.preconditioner = Preconditioner(
                common: [3, 4, 5, 6, 7, 8], apart: [1, 0.5, 0.25, 1, 2, 4])
        }
        optimizer.record = ["trained-for": "abc", "meta-steps": "12"]
        let copy = try LearnedOptimizer(safetensors: optimizer.safetensors.bytes)
        #expect(copy == optimizer)
    }

    @Test func aTruncatedFileIsRefused() {
        let bytes = disturbed(.quasiNewton).safetensors.bytes
        for length in stride(from: 0, to: bytes.count, by: 97) {
            #expect(throws: (any Error).self) { try LearnedOptimizer(safetensors: Array(bytes[..<length])) }
        }
    }

    @Test func aFileOfAnotherVersionIsRefused() {
        var file = disturbed(.quasiNewton).safetensors
        file.metadata["learned-optimizer"] = "1"
        #expect(throws: LearnedOptimizerError.unknownVersion("1", known: "3")) { try LearnedOptimizer(file) }
    }

    @Test func aFileThatDoesNotSayOnHowManyWindowsIsRefused() {
        var file = disturbed(.quasiNewton).safetensors
        for windows in [nil, "0", "many", "1000000"] {
            file.metadata["windows"] = windows
            #expect(throws: LearnedOptimizerError.noWindows) { try LearnedOptimizer(file) }
        }
    }

    @Test func aFileWithInputsOfAnotherKindIsRefused() {
        var file = disturbed(.quasiNewton).safetensors
        file.metadata["preset"] = file.metadata["preset"]!.replacing("plane-mean", with: "phase-of-the-moon")
        #expect(throws: LearnedOptimizerError.unknownPreset) { try LearnedOptimizer(file) }
    }

    /// Each would be met in training or in a walk, by a loop without end or by reading what is not there.
    @Test(arguments: [
        (#""horizon":64"#, #""horizon":0"#), (#""horizon":64"#, #""horizon":4611686018427387904"#),
        (#""unroll":0"#, #""unroll":-1"#), (#""learningRate":"#, #""learningRate":-"#),
        (#""plane-mean""#, #""logarithm-and-sign""#), (#""hidden":10"#, #""hidden":65"#),
        (#""layers":1"#, #""layers":17"#),
    ])
    func aFileOfNumbersThatMakeNoSenseIsRefused(part: String, replacement: String) throws {
        var file = LearnedOptimizer(untrained: .quasiNewton).safetensors
        let preset = try #require(file.metadata["preset"])
        #expect(preset.contains(part))
        file.metadata["preset"] = preset.replacing(part, with: replacement)
        #expect(throws: LearnedOptimizerError.unknownPreset) { try LearnedOptimizer(file) }
    }

    @Test func anInputThatOnlyAQuasiNewtonWalkKnowsIsRefusedWithoutIt() throws {
        var file = LearnedOptimizer(untrained: .andrychowicz2016).safetensors
        let preset = try #require(file.metadata["preset"])
        file.metadata["preset"] = preset.replacing(#""logarithm-and-sign""#, with: #""direction","gradient""#)
        #expect(throws: LearnedOptimizerError.unknownPreset) { try LearnedOptimizer(file) }
    }

    @Test func anotherKindOfFileIsRefused() {
        let file = SafetensorsFile(tensors: [:], metadata: ["architecture": "conv1_1"])
        #expect(throws: LearnedOptimizerError.notAnOptimizer) { try LearnedOptimizer(file) }
    }

    @Test func aTensorOfAnotherShapeOrWithoutNumbersIsRefused() {
        let file = disturbed(.quasiNewton).safetensors
        var other = file
        other["head.bias"] = .init(shape: [3], values: [0, 0, 0])
        #expect(throws: LearnedOptimizerError.wrongTensor(name: "head.bias", expected: [6])) {
            try LearnedOptimizer(other)
        }
        other["head.bias"] = .init(shape: [6], values: [0, .nan, 0, 0, 0, 0])
        #expect(throws: LearnedOptimizerError.notFinite(tensor: "head.bias")) { try LearnedOptimizer(other) }
        other = file
        other["preconditioner"] = .init(
            shape: [2, 6], values: [Float](repeating: 1, count: 11) + [0])
        #expect(throws: LearnedOptimizerError.notPositive(tensor: "preconditioner")) { try LearnedOptimizer(other) }
    }
}
