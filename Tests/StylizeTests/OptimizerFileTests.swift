import FeatureNetwork
import Foundation
import LearnedOptimization
import Painting
import Testing

@testable import stylize

@Suite struct BuiltInOptimizerTests {
    @Test func theBuiltInOptimizerWasTrainedForTheBuiltInNetwork() {
        let digest = FeatureNetwork.builtIn.digest
        #expect(LearnedOptimizer.builtIn.record[OptimizerFile.networkKey] == digest)
    }

    @Test func theBuiltInOptimizersStateFitsIn100MBAt512x512() {
        #expect(LearnedOptimizer.builtIn.bytesPerParameter * 3 * 512 * 512 <= 100_000_000)
    }
}

/// Files that the built program refuses.
@Suite(.serialized) struct OptimizerFileTests {
    let program: Program

    init() throws {
        program = try Program()
        try program.write(Fixture.png(width: 40, height: 24), to: "photo.png")
        try program.write(Fixture.png(width: 32, height: 32, phase: 2), to: "waves.png")
    }

    private func expectRefusal(_ bytes: [UInt8], _ excerpt: String) throws {
        try program.write(bytes, to: "bad.safetensors")
        let files = try program.files
        for arguments in [
            ["--content", "photo.png", "--style", "waves.png"],
            ["compare", "--optimizers", "learned", "--content", "photo.png", "--style", "waves.png"],
        ] {
            let outcome = try program.run(arguments + ["--optimizer-weights", "bad.safetensors"])
            let sentences = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("stylize: ") }
            #expect(outcome.status == 66, "\(outcome.errors)")
            #expect(sentences.count == 1 && sentences[0].hasPrefix("stylize: bad.safetensors "), "\(outcome.errors)")
            #expect(sentences[0].contains(excerpt) && sentences[0].hasSuffix("."), "\(outcome.errors)")
            #expect(!sentences[0].hasSuffix("..") && outcome.output.isEmpty, "\(outcome.errors)")
            #expect(try program.files == files)
        }
    }

    @Test func aTruncatedFileIsRefused() throws {
        let bytes = LearnedOptimizer(untrained: .quasiNewton).safetensors.bytes
        try expectRefusal(Array(bytes.dropLast(1000)), "cannot be read")
        try expectRefusal(Array(bytes.prefix(100)), "cannot be read")
        try expectRefusal([], "cannot be read")
    }

    @Test func aFileOfAnUnknownVersionIsRefused() throws {
        var file = LearnedOptimizer(untrained: .quasiNewton).safetensors
        file.metadata["learned-optimizer"] = "99"
        try expectRefusal(file.bytes, "it is of version 99")
    }

    @Test func anOptimizerOfAnotherNetworkIsRefused() throws {
        var foreign = LearnedOptimizer(untrained: .quasiNewton)
        foreign.record[OptimizerFile.networkKey] = "0123456789abcdef"
        try expectRefusal(foreign.safetensors.bytes, "was trained for another network")
    }

    @Test func anOptimizerOfAnotherNetworkMayBeTriedOnSimpleFunctions() throws {
        var foreign = LearnedOptimizer(untrained: .quasiNewton)
        foreign.record[OptimizerFile.networkKey] = "0123456789abcdef"
        try program.write(foreign.safetensors.bytes, to: "foreign.safetensors")
        let outcome = try program.run([
            "compare", "--objective", "quadratic", "--optimizers", "learned", "--pairs", "2", "--evaluations", "4",
            "--optimizer-weights", "foreign.safetensors",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func weightsThatAreNotThereAreNamed() throws {
        for path in ["none.safetensors", "."] {
            let outcome = try program.run([
                "--content", "photo.png", "--style", "waves.png", "--optimizer-weights", path,
            ])
            #expect(outcome.status == 66 && outcome.errors.contains("\(path)"), "\(outcome.errors)")
        }
    }
}
