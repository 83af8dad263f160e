import DrawnPictures
import FeatureNetwork
import Foundation
import Imaging
import LearnedOptimization
import Painting
import StyleTransfer
import Testing

@testable import stylize

/// A tiny training with the built program.
@Suite(.serialized) struct TrainOptimizerTests {
    private let program: Program

    init() throws {
        program = try Program()
        for seed in 0..<3 {
            let phase = Float(seed)
            try program.write(Fixture.png(width: 40, height: 32, phase: phase), to: "contents/\(seed).png")
            try program.write(Fixture.png(width: 32, height: 32, phase: phase + 9), to: "styles/\(seed).png")
        }
    }

    private func training(_ more: String...) -> [String] {
        [
            "train-optimizer", "--content", "contents", "--style", "styles", "--meta-steps", "3", "--horizon", "4",
            "--batch", "2", "--size", "16",
        ] + more
    }

    private func failure(_ outcome: Program.Outcome, _ status: Int32, _ excerpt: String) {
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(excerpt), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").filter { $0.hasPrefix("stylize: ") }.count == 1)
        #expect(outcome.output.isEmpty)
    }

    @Test func aTrainingWritesAnOptimizerThatCanBeUsed() throws {
        let outcome = try program.run(training())
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines == ["optimizer.safetensors"])
        #expect(outcome.errors.contains("Training on 2 contents and 2 styles, with 1 and 1 held out."))
        for row in ["mean log f/f_0 after", "after 3 of 3 steps", "untrained", "lbfgs", "adam, rate"] {
            #expect(outcome.errors.contains(row), "\(outcome.errors)")
        }
        let files = try program.files
        #expect(files.isSuperset(of: ["optimizer.safetensors", "optimizer.png", "checkpoints/optimizer.safetensors"]))
        let learned = try LearnedOptimizer(safetensors: Array(program.read("optimizer.safetensors")))
        #expect(learned.record["meta-steps"] == "3")
        #expect(learned.record["trained-for"]?.count == 16)
        #expect(learned.record["validation"]?.hasPrefix("4:") == true)
        #expect(try Fixture.decode(program.read("optimizer.png")).width > 100)

        failure(try program.run(training()), 73, "optimizer.safetensors exists")
        #expect(try program.run(training("--force")).status == 0)

        let painted = try program.run([
            "--content", "contents/0.png", "--style", "styles/0.png", "--steps", "3", "--optimizer", "learned",
            "--optimizer-weights", "optimizer.safetensors", "--output", "painted.png",
        ])
        #expect(painted.status == 0, "\(painted.errors)")
    }

    @Test func trainedWeightsAreTrainedFurtherAndKeepTheirPreconditioner() throws {
        #expect(try program.run(training()).status == 0)
        let outcome = try program.run(
            training("--from", "optimizer.safetensors", "--seed", "2", "--output", "further.safetensors"))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("Looking for a preconditioner."))
        let (first, second) = (
            try LearnedOptimizer(safetensors: Array(program.read("optimizer.safetensors"))),
            try LearnedOptimizer(safetensors: Array(program.read("further.safetensors")))
        )
        #expect(second.preconditioner == first.preconditioner)
        #expect(second.weights != first.weights)
        // Three small steps lead nowhere else.
        #expect(zip(first.weights, second.weights).allSatisfy { ($0 - $1).magnitude < 0.05 })
        #expect(second.record["validation of before"] == first.record["validation"])
        failure(try program.run(training("--from", "none.safetensors", "--force")), 66, "none.safetensors")
    }

    @Test func whatIsResumedEndsAsIfThereHadBeenNoBreak() throws {
        // Of more pixels than are taken here, so that the resumed run has to know how many those are.
        try program.write(Fixture.png(width: 50, height: 40), to: "contents/9.png")
        let common = ["--meta-steps", "12", "--max-pixels", "1300"]
        let unbroken = try program.run(training() + common + ["--output", "unbroken.safetensors"])
        #expect(unbroken.status == 0, "\(unbroken.errors)")
        // Killed without a warning, once there is a checkpoint that is not the last.
        let checkpoint = program.folder.appending(path: "checkpoints/broken.safetensors").path
        let killed = try program.run(
            training() + common + ["--output", "broken.safetensors", "--checkpoint-every", "0"]
        ) {
            process, _ in
            guard FileManager.default.fileExists(atPath: checkpoint) else { return false }
            kill(process.processIdentifier, SIGKILL)
            return true
        }
        #expect(killed.status != 0)
        #expect(!(try program.files).contains("broken.safetensors"))
        failure(
            try program.run(training("--output", "broken.safetensors")), 73, "pass --resume to carry on")
        func resume(_ more: String...) throws -> Program.Outcome {
            try program.run(["train-optimizer", "--resume"] + more)
        }
        failure(
            try resume("--output", "broken.safetensors", "--horizon", "5"), 64, "did not begin with --horizon 5")
        failure(
            try resume("--output", "broken.safetensors", "--max-pixels", "1400"), 64,
            "did not begin with --max-pixels 1400")
        failure(
            try resume("--output", "contents/broken.safetensors"), 64, "began with --output broken.safetensors")

        // What is said again is the same, and what is not is as it was.
        let resumed = try program.run(training("--meta-steps", "12", "--output", "broken.safetensors", "--resume"))
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.errors.contains("Carrying on after step"))
        #expect(resumed.errors.contains("raise --max-pixels from 1300. It is passed over."))
        #expect(try program.read("broken.safetensors") == program.read("unbroken.safetensors"))
    }

    @Test func aCheckpointOfAnotherNetworkOrWithoutSenseIsNotResumed() throws {
        #expect(try program.run(training()).status == 0)
        let path = "checkpoints/optimizer.safetensors"
        let whole = try program.read(path)
        for (pattern, replacement, excerpt) in [
            (#""network":"[0-9a-f]+""#, #""network":"0123456789abcdef""#, "another network"),
            (#""validationCount":[0-9]+"#, #""validationCount":0"#, "no checkpoint"),
            (#""points":\[[0-9,]+\]"#, #""points":[]"#, "no checkpoint"),
        ] {
            try program.changeCheckpoint(whole, pattern, to: replacement, at: path)
            failure(try program.run(training("--resume", "--force")), 66, excerpt)
        }
    }

    @Test(arguments: [10, 50, 60, 100])
    func everyHeldOutStyleHasItsSayInValidation(drawn: Int) throws {
        let method = try TrainingMethodOptions.parse(["--meta-steps", "300"])
        let data = try TrainingDataOptions.parse(["--drawn", "\(drawn)"])
        let plan = try plan(data, method)
        let transfers = try #require(plan.transfers)
        let pairs = transfers.validationPairs(plan.extent.problemCount)
        #expect(transfers.validation.styles.count == drawn / 10)
        #expect(Set(pairs.flatMap(\.styles)) == Set(transfers.validation.styles))
        #expect(Set(pairs.flatMap(\.contents)) == Set(transfers.validation.contents))
    }

    private func plan(
        _ data: TrainingDataOptions, _ method: TrainingMethodOptions
    ) throws -> OptimizerTrainingPlan {
        OptimizerTrainingPlan(
            features: nil, pooling: nil, .builtIn, objective: nil, transfers: try data.transfers(.builtIn),
            method.settings(), time: method.length.time)
    }

    @Test func problemsThatDoNotFitIntoMemoryTogetherAreRefused() throws {
        let data = try TrainingDataOptions.parse(["--drawn", "10", "--size", "64"])
        let plan = try plan(data, try TrainingMethodOptions.parse([]))
        var transfers = try #require(plan.transfers)
        let network = FeatureNetwork.builtIn
        try transfers.requireMemory(network, plan.extent)
        transfers.edge = 100_000
        #expect(throws: StyleTransferError.self) { try transfers.requireMemory(network, plan.extent) }
    }

    @Test func aTrainingOfSomeTimeEndsAfterAtLeastOneStep() throws {
        let outcome = try program.run([
            "train-optimizer", "--content", "contents", "--style", "styles", "--minutes", "0.02", "--horizon", "4",
            "--batch", "2", "--size", "16", "--json",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let json = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
        #expect(try #require(json["metaSteps"] as? Int) >= 1 && json["stopped"] as? Bool == false)
        _ = try LearnedOptimizer(safetensors: Array(program.read("optimizer.safetensors")))
    }

    @Test func ctrlCKeepsTheBestSoFarAndSaysHowToCarryOn() throws {
        let outcome = try program.run(training("--meta-steps", "100000")) { process, errors in
            guard errors.contains("after 1") || errors.contains("step 1 of") else { return false }
            process.interrupt()
            return true
        }
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(outcome.lines == ["optimizer.safetensors"])
        #expect(outcome.errors.contains("Carry on with stylize train-optimizer --resume."))
        #expect(try program.files.contains("checkpoints/optimizer.safetensors"))
        _ = try LearnedOptimizer(safetensors: Array(program.read("optimizer.safetensors")))
    }

    @Test func aDamagedPictureIsPassedOverAndToldOfOnce() throws {
        let whole = try Fixture.png(width: 40, height: 32, phase: 3)
        try program.write(whole[..<(whole.count / 2)], to: "contents/9.png")
        let outcome = try program.run(training("--meta-steps", "8"))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.components(separatedBy: "passed over").count == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains("after 8 of 8 steps"))

        // Where it is validated on, that is said before any work.
        try program.write(whole[..<(whole.count / 2)], to: "contents/0.png")
        failure(try program.run(training("--force")), 66, "contents/0.png")
    }

    @Test func anOptimizerOfAnotherNetworkIsRefused() throws {
        var foreign = LearnedOptimizer(untrained: .quasiNewton)
        foreign.record["trained-for"] = "0123456789abcdef"
        try program.write(foreign.safetensors.bytes, to: "foreign.safetensors")
        let paint = ["--content", "contents/0.png", "--style", "styles/0.png", "--optimizer", "learned"]
        failure(
            try program.run(paint + ["--optimizer-weights", "foreign.safetensors"]), 66, "trained for another network")
        failure(try program.run(paint + ["--optimizer-weights", "none"]), 66, "there is no file none")
        failure(try program.run(paint + ["--optimizer-weights", "contents/0.png"]), 66, "cannot be read")
    }

    @Test func anOptimizerOfAnotherNetworkIsAStartForThisOne() throws {
        var foreign = LearnedOptimizer(untrained: .quasiNewton)
        foreign.record["trained-for"] = "0123456789abcdef"
        try program.write(foreign.safetensors.bytes, to: "foreign.safetensors")
        #expect(try program.run(training("--from", "foreign.safetensors")).status == 0)
        let learned = try LearnedOptimizer(safetensors: Array(program.read("optimizer.safetensors")))
        #expect(learned.record["trained-for"] == FeatureNetwork.builtIn.digest)
    }

    @Test func simpleFunctionsCanBeLearnedOn() throws {
        let outcome = try program.run([
            "train-optimizer", "--objective", "quadratic", "--meta-steps", "2", "--horizon", "8", "--json",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let json = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
        #expect(json["metaSteps"] as? Int == 2)
        #expect(json["points"] as? [Int] == [4, 8])
    }

    @Test func whatCannotBeDoneIsSaidBeforeAnyWork() throws {
        failure(try program.run(["train-optimizer", "--resume"]), 66, "there is no checkpoint")
        failure(try program.run(training("--content", "none")), 66, "there is no file or folder none")
        failure(try program.run(training("--output", "none/a.safetensors")), 73, "there is no folder none")
        failure(try program.run(training("--output", ".safetensors")), 64, "should end in .safetensors")
        failure(try program.run(training("--checkpoints", "")), 64, "--checkpoints is a folder")
        for (output, folder) in [("a.safetensors", "contents/a.safetensors"), ("styles.safetensors", "styles.png")] {
            try FileManager.default.createDirectory(
                at: program.folder.appending(path: folder), withIntermediateDirectories: false)
            let outcome = try program.run(training("--output", output, "--checkpoints", "contents", "--force"))
            failure(outcome, 73, "\(folder) cannot be written: it is a folder")
        }
        failure(
            try program.run(["train-optimizer", "--content", "contents/0.png", "--style", "styles"]), 64,
            "at least two pictures")
        #expect(try program.files.allSatisfy { $0.hasPrefix("contents") || $0.hasPrefix("styles") })
    }
}
