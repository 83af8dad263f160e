import FeatureNetwork
import Foundation
import Imaging
import Safetensors
import Testing

@testable import stylize

/// A tiny training of features with the built program.
@Suite(.serialized) struct TrainFeaturesTests {
    private let program: Program

    init() throws {
        program = try Program()
        try program.write(Data(Self.network(20, 24).bytes), to: "teacher.safetensors")
        for seed in 0..<4 {
            try program.write(Fixture.png(width: 40, height: 32, phase: Float(seed)), to: "pictures/\(seed).png")
        }
    }

    /// A teacher with so many channels a layer, each a block of its own.
    private static func network(_ channels: Int...) -> SafetensorsFile {
        let names = channels.indices.map { "conv\($0 + 1)_1" }
        return Fixture.network(
            Array(zip(names, channels)), metadata: ["architecture": names.joined(separator: " pool ")])
    }

    private func training(_ more: String...) -> [String] {
        [
            "train-features", "--teacher", "teacher.safetensors", "--images", "pictures", "--steps", "3",
            "--channels", "16/20", "--batch", "4", "--crop", "8",
        ] + more
    }

    private func failure(_ outcome: Program.Outcome, _ status: Int32, _ excerpt: String) {
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(excerpt), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").filter { $0.hasPrefix("stylize: ") }.count == 1)
        #expect(outcome.output.isEmpty)
    }

    @Test func aTrainingWritesANetworkAndHowItLearned() throws {
        let outcome = try program.run(training())
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines == ["features.safetensors"])
        #expect(outcome.errors.contains("Reading 3 pictures; validating on 1."))
        let files = try program.files
        #expect(files.isSuperset(of: ["features.safetensors", "features.png", "checkpoints/features.safetensors"]))
        let network = try FeatureNetwork(safetensors: Array(program.read("features.safetensors")))
        #expect(network.layerNames == ["relu1_1", "relu2_1"])

        failure(try program.run(training()), 73, "features.safetensors exists")
        #expect(try program.run(training("--force")).status == 0)
    }

    @Test func aTrainingOfSomeTimeHasAsManyStepsAsThereIsTimeFor() throws {
        let outcome = try program.run([
            "train-features", "--teacher", "teacher.safetensors", "--images", "pictures", "--minutes", "0.02",
            "--channels", "16/20", "--batch", "4",
            "--crop", "8", "--json",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let json = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
        #expect(try #require(json["steps"] as? Int) >= 1 && json["stopped"] as? Bool == false)
        _ = try FeatureNetwork(safetensors: Array(program.read("features.safetensors")))
    }

    @Test func aCheckpointWithoutSenseIsNotResumed() throws {
        #expect(try program.run(training()).status == 0)
        let path = "checkpoints/features.safetensors"
        let whole = try program.read(path)
        for (pattern, replacement) in [
            (#""values":\[[^\]]*\]"#, #""values":[]"#), (#""pictures":\[[^\]]*\]"#, #""pictures":[]"#),
            (#""validation":\[[^\]]*\]"#, #""validation":[]"#),
        ] {
            try program.changeCheckpoint(whole, pattern, to: replacement, at: path)
            failure(try program.run(training("--resume", "--force")), 66, "it is no checkpoint")
        }
    }

    @Test func aPictureThatGoesWhileTrainingIsNotWorthTheTraining() throws {
        let outcome = try program.run(training("--steps", "200", "--checkpoint-every", "0")) { _, errors in
            guard errors.contains("step 10:") else { return false }
            try? FileManager.default.removeItem(at: self.program.folder.appending(path: "pictures/2.png"))
            return true
        }
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try !program.files.contains("pictures/2.png") && program.files.contains("features.safetensors"))
    }

    @Test func whatIsHeldOutCanBeNamed() throws {
        let outcome = try program.run(training("--validation-images", "pictures/0.png", "--pooling", "max", "--json"))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("Reading 4 pictures; validating on 1."))
        let json = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
        #expect(json["steps"] as? Int == 3)
        #expect((json["validation"] as? [Double])?.count == 2)
        #expect(try FeatureNetwork(safetensors: Array(program.read("features.safetensors"))).pooling == .max)
    }

    @Test func aTeacherThatCannotBeLearnedFromIsRefused() throws {
        failure(try program.run(["train-features", "--images", "pictures"]), 64, "--teacher is missing")
        failure(try program.run(training("--teacher", "none.safetensors")), 66, "there is no file none.safetensors")
        try program.write(Data("no weights".utf8), to: "odd.safetensors")
        failure(try program.run(training("--teacher", "odd.safetensors")), 66, "odd.safetensors cannot be read")
        failure(try program.run(training("--channels", "16/20/24")), 64, "the teacher has no relu3_1")
        failure(try program.run(training("--channels", "16,16/20")), 64, "the teacher has no relu1_2")
        failure(try program.run(training("--batch", "10000", "--crop", "256")), 64, "GB, and this machine has")
        let early = Fixture.network(
            [("conv1_1", 8), ("conv1_2", 8)], metadata: ["architecture": "conv1_1 pool conv1_2"])
        try program.write(Data(early.bytes), to: "early.safetensors")
        failure(
            try program.run(training("--teacher", "early.safetensors", "--channels", "8,8")), 64,
            "relu1_2 is of another size")
        try program.write(Data(Self.network(8).bytes), to: "shallow.safetensors")
        failure(try program.run(training("--teacher", "shallow.safetensors")), 64, "the teacher has no relu2_1")
    }

    @Test func picturesOfOneColourAreNoTrap() throws {
        let black = try Picture(width: 20, height: 12, pixels: .init(repeating: 0, count: 720)).encoded(as: .png())
        for name in ["black/1.png", "black/2.png"] { try program.write(Data(black), to: name) }
        let outcome = try program.run(training("--images", "black"))
        #expect(outcome.status == 0 || outcome.errors.contains("is no number"), "\(outcome.errors)")
    }

    @Test func aTrainingIsResumedWithTheTeacherItBeganWith() throws {
        #expect(try program.run(training()).status == 0)
        try program.write(Data(Self.network(20, 28).bytes), to: "teacher.safetensors")
        failure(try program.run(["train-features", "--resume"]), 66, "from another teacher")
    }

    @Test func aPictureOfMorePixelsThanAllowedIsRefusedWithItsSizeAndTheOption() throws {
        failure(try program.run(training("--max-pixels", "1279")), 66, "is 40 x 32 pixels")
        failure(try program.run(training("--max-pixels", "1279")), 66, "raise --max-pixels from 1279.")
    }

    @Test func whatIsResumedEndsAsIfThereHadBeenNoBreak() throws {
        let unbroken = try program.run(training("--steps", "60", "--output", "unbroken.safetensors"))
        #expect(unbroken.status == 0, "\(unbroken.errors)")
        // Killed without a warning, once there is a checkpoint that is not the last.
        let checkpoint = program.folder.appending(path: "checkpoints/broken.safetensors").path
        let killed = try program.run(
            training("--steps", "60", "--output", "broken.safetensors", "--checkpoint-every", "0")
        ) { process, _ in
            guard FileManager.default.fileExists(atPath: checkpoint) else { return false }
            kill(process.processIdentifier, SIGKILL)
            return true
        }
        #expect(killed.status != 0)
        failure(try program.run(training("--output", "broken.safetensors")), 73, "pass --resume to carry on")
        failure(
            try program.run(["train-features", "--resume", "--output", "broken.safetensors", "--batch", "5"]), 64,
            "did not begin with --batch 5")
        let resumed = try program.run(["train-features", "--resume", "--output", "broken.safetensors"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.errors.contains("Carrying on after step"))
        #expect(try program.read("broken.safetensors") == program.read("unbroken.safetensors"))
    }

    @Test func ctrlCSavesAndSaysHowToCarryOn() throws {
        let outcome = try program.run(training("--steps", "1000000")) { process, errors in
            guard errors.contains("step 1 of") else { return false }
            process.interrupt()
            return true
        }
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(outcome.lines == ["features.safetensors"])
        #expect(outcome.errors.contains("Carry on with stylize train-features --resume."))
        _ = try FeatureNetwork(safetensors: Array(program.read("features.safetensors")))
    }

    @Test func whatCannotBeDoneIsSaidBeforeAnyWork() throws {
        try program.write(Data("no picture".utf8), to: "bad/1.png")
        try program.write(Fixture.png(width: 24, height: 24), to: "bad/2.png")
        try program.write(Fixture.png(width: 24, height: 24), to: "bad/3.png")
        try program.write(Data("no weights".utf8), to: "checkpoints/odd.safetensors")
        failure(try program.run(["train-features", "--resume"]), 66, "there is no checkpoint")
        failure(try program.run(["train-features", "--resume", "--output", "odd.safetensors"]), 66, "cannot be read")
        failure(try program.run(training("--images", "none")), 66, "there is no file or folder none")
        failure(try program.run(training("--images", "bad")), 66, "bad/1.png cannot be read")
        failure(
            try program.run(["train-features", "--teacher", "teacher.safetensors", "--images", "pictures/0.png"]), 64,
            "a picture besides those to validate on")
        failure(try program.run(training("--output", "none/a.safetensors")), 73, "there is no folder none")
        #expect(!(try program.files).contains { $0.hasPrefix("features") })
    }
}
