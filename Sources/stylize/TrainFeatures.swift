import ArgumentParser
import FeatureTraining
import Foundation
import Kernels
import Numerics

/// `stylize train-features`: distils a feature network, the judge of pictures, from a larger one.
struct TrainFeatures: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Distil a small feature network from a large one.",
        usage: "stylize train-features --teacher <file> [<options>]",
        discussion: """
            stylize train-features --teacher vgg19.safetensors --images photos --images paintings --minutes 60
            stylize train-features --resume
            """)

    @OptionGroup(title: "Data and method") var method: TrainFeaturesOptions
    @OptionGroup(title: "Run") var running: TrainingRunOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The network; a picture of its learning goes beside it.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var output = defaultOutput
    private static let defaultOutput = "features.safetensors"

    func validate() throws { try requireWeightsName(output) }

    func run() throws {
        let began = ContinuousClock.now
        let files = TrainingFiles(output: output, running)
        let start = try start(files, began: began)
        try files.prepare()
        let reporter = Reporter(verbosity: running.common.verbosity)
        let interrupts = Interrupts(ofTraining: reporter)
        let summary = try Parallel.$threadCount.withValue(running.common.threadCount) {
            do {
                var training = try FeatureTrainingRun(
                    start, files: files, reporter: reporter, interrupts: interrupts)
                return try training.run(checkpointEvery: .seconds(running.checkpointEvery))
            } catch let error as DistillerError {
                throw Failure(.usage, "\(error).")
            }
        }
        reporter.note(
            summary.sentence(
                resume: running.resumeCommand(
                    "train-features", output: output == Self.defaultOutput ? nil : output)))
        try printLine(running.json ? jsonLine(summary) : summary.output)
        if summary.stopped { throw ExitCode(Failure.Kind.interrupted.rawValue) }
    }

    private func start(_ files: TrainingFiles, began: ContinuousClock.Instant) throws -> FeatureTrainingRun.Start {
        let invocation = TrainingInvocation(method.recorded, output: output, running)
        guard running.resume else {
            let plan = try FeatureTrainingPlan(method, invocation)
            return .new(
                plan, method.settings, teacher: try plan.readTeacher(), deadline: method.time.map { began + $0 })
        }
        let checkpoint = try FeatureTrainingCheckpoint(path: files.checkpoint)
        try checkpoint.plan.invocation.requireSame(as: invocation)
        return .resumed(checkpoint)
    }
}
