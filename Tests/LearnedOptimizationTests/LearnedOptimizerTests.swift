import Foundation
import Kernels
import Numerics
import Safetensors
import Testing

@testable import LearnedOptimization

@Suite struct UntrainedOptimizerTests {
    @Test(arguments: [nil, Float(0)...1], [10.0, 1e3])
    func theUntrainedDefaultIsLBFGSOnQuadratics(bounds: ClosedRange<Float>?, condition: Double) {
        let objective = Quadratic(
            300, condition: condition, targets: bounds == nil ? 0...1 : -0.5...1.5, bounds: bounds, seed: 8)
        let learned = run(objective, with: LearnedOptimizer(untrained: .quasiNewton), evaluations: 20)
        let reference = run(objective, with: LBFGS(history: 5, bounds: bounds), evaluations: 20)
        for (a, b) in zip(learned.points, reference.points) { #expect(relativeDistance(a, b) < 1e-4) }
    }
}

@Suite struct LearnedOptimizerStateTests {
    @Test(arguments: LearnedOptimizer.Architecture.all)
    func scalingTheObjectiveLeavesTheWalk(architecture: LearnedOptimizer.Architecture) {
        let objective = Quadratic(50, condition: 100, seed: 4)
        let optimizer = disturbed(architecture)
        let points = run(objective, with: optimizer, evaluations: 20).points
        for factor in [1e-3, 1e3] {
            let others = run(Scaled(base: objective, factor: factor), with: optimizer, evaluations: 20).points
            for (a, b) in zip(points, others) { #expect(relativeDistance(a, b) < 1e-4) }
        }
    }

    @Test func theStateOfTheDefaultFitsIn100MBAt512x512() {
        #expect(LearnedOptimizer(untrained: .quasiNewton).bytesPerParameter * 3 * 512 * 512 <= 100_000_000)
    }

    @Test(arguments: LearnedOptimizer.Architecture.all)
    func theNumberOfThreadsDoesNotShow(architecture: LearnedOptimizer.Architecture) {
        let objective = Quadratic(20_000, targets: -0.5...1.5, bounds: 0...1, seed: 5)
        let optimizer = disturbed(architecture)
        let results = [1, 2, 5].map { threads in
            Parallel.$threadCount.withValue(threads) {
                run(objective, with: optimizer, evaluations: 8).points
            }
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    /// Wild weights: every proposal is a leap in a random direction.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func theLineSearchMakesDivergenceImpossibleWhateverTheWeights(seed: UInt64) {
        let objective = Quadratic(100, condition: 1e3, seed: seed)
        let run = run(objective, with: disturbed(.quasiNewton, by: 20, seed: seed), evaluations: 60)
        #expect(run.optimizer.refusals > 0)
        #expect(run.losses.min()! < run.losses[0])
        let accepted = run.losses.filter { $0 <= run.losses[0] }
        #expect(accepted.count + run.optimizer.refusals >= run.losses.count)
    }

    @Test(arguments: LearnedOptimizer.Architecture.all)
    func lossesThatAreNotNumbersNeverReachTheParameters(architecture: LearnedOptimizer.Architecture) {
        let objective = UndefinedBeyond(base: Quadratic(20, condition: 10, targets: 0.8...1, seed: 6), limit: 0.501)
        // Where random weights lead to is anybody's guess; some lead into the undefined.
        let all = (UInt64(1)...8).flatMap { seed in
            run(objective, with: disturbed(architecture, seed: seed), evaluations: 60).points
        }
        #expect(all.allSatisfy { $0.allSatisfy(\.isFinite) })
        #expect(all.contains { $0.contains { $0 > objective.limit } })
    }

    /// The LSTM's states lie in memory that a step changes in place.
    @Test(arguments: LearnedOptimizer.Architecture.all)
    func aCopyGoesItsOwnWay(architecture: LearnedOptimizer.Architecture) {
        let objective = Quadratic(50, condition: 100, seed: 4)
        let begun = run(objective, with: disturbed(architecture), evaluations: 3)
        let ends = (0..<2).map { _ in
            run(objective, from: begun.points.last!, with: begun.optimizer, evaluations: 3).points
        }
        #expect(ends[0] == ends[1])
    }

    @Test(arguments: LearnedOptimizer.Architecture.all)
    func whereTheGradientIsZeroAWalkStaysWithinBoundsAndTheUntrainedDefaultWhereItIs(
        architecture: LearnedOptimizer.Architecture
    ) {
        struct Flat: Objective {
            var parameterCount: Int { 4 }
            var bounds: ClosedRange<Float>? { 0...1 }
            func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
                gradient = [0, 0, 0, 0]
                return 1
            }
        }
        let all = run(Flat(), with: LearnedOptimizer(untrained: architecture), evaluations: 5).points
        #expect(all.allSatisfy { $0.allSatisfy { $0.isFinite && (0...1).contains($0) } })
        if architecture.update.isQuasiNewton { #expect(all.allSatisfy { $0 == middle(4) }) }
    }
}

@Suite struct LearnedOptimizerFileTests {
    @Test(arguments: LearnedOptimizer.Architecture.all)
    func whatIsWrittenIsReadBack(architecture: LearnedOptimizer.Architecture) throws {
        var optimizer = disturbed(architecture, windows: 7)
        if architecture.update.isQuasiNewton {
            optimizer.preconditioner = Preconditioner(
                luma: [3, 4, 5, 6, 7, 8], chroma: [1, 0.5, 0.25, 1, 2, 4])
        }
        optimizer.record = ["trained-for": "abc", "meta-steps": "12"]
        let copy = try LearnedOptimizer(safetensors: optimizer.safetensors.bytes)
        #expect(copy == optimizer)
    }

    /// Those were written when files still said how their weights were trained.
    @Test(arguments: ["optimizer", "andrychowicz2016"])
    func theWeightsOfTheProjectAreRead(name: String) throws {
        let path = URL(filePath: #filePath).appending(path: "../../../weights/\(name).safetensors").standardized.path
        let optimizer = try LearnedOptimizer(safetensors: SafetensorsFile(path: path).bytes)
        #expect(optimizer.architecture == (name == "optimizer" ? .quasiNewton : .andrychowicz2016))
        #expect(try LearnedOptimizer(optimizer.safetensors) == optimizer)
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
