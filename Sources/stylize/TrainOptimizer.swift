import ArgumentParser
import FeatureNetwork
import Foundation
import Kernels
import LearnedOptimization
import Numerics

/// `stylize train-optimizer`: learns an optimizer for `--optimizer learned`.
struct TrainOptimizer: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train an optimizer on style transfers.",
        usage: "stylize train-optimizer [<options>]",
        discussion: """
            stylize train-optimizer
            stylize train-optimizer --content photos --style paintings --minutes 60
            stylize train-optimizer --resume
            stylize -c photo.jpg -s waves.png --optimizer-weights optimizer.safetensors
            """)

    @OptionGroup(title: "Data") var data: TrainingDataOptions
    @OptionGroup(title: "Method") var method: TrainingMethodOptions
    @OptionGroup(title: "Run") var running: TrainingRunOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The optimizer; a picture of its learning goes beside it.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var output = defaultOutput
    private static let defaultOutput = "optimizer.safetensors"

    func validate() throws { try requireWeightsName(output) }

    func run() throws {
        let began = ContinuousClock.now
        let files = TrainingFiles(output: output, running)
        let start = try start(files, began: began)
        let network = try start.plan.network()
        try files.prepare()
        let reporter = Reporter(verbosity: running.common.verbosity)
        let interrupts = Interrupts(ofTraining: reporter)
        let summary = try Parallel.$threadCount.withValue(running.common.threadCount) {
            try usageErrors {
                var training = try Training(
                    start, network: network, files: files, reporter: reporter, interrupts: interrupts)
                return try training.run(checkpointEvery: .seconds(running.checkpointEvery))
            }
        }
        reporter.note(summary.sentence(resume: resumeCommand))
        try printLine(running.json ? jsonLine(summary) : summary.output)
        if summary.stopped { throw ExitCode(Failure.Kind.interrupted.rawValue) }
    }

    private func start(_ files: TrainingFiles, began: ContinuousClock.Instant) throws -> Training.Start {
        let invocation = TrainingInvocation(data.recorded + method.recorded, output: output, running)
        guard running.resume else {
            // What was learned for another network is a good start for this one.
            let first = try method.from.map { try OptimizerFile.read($0, for: nil) }
            let settings = method.settings(from: first)
            return .new(
                try TrainingPlan(data, method, settings, invocation), settings, from: first,
                deadline: method.time.map { began + $0 })
        }
        let checkpoint = try TrainingCheckpoint(path: files.checkpoint)
        // Everything is taken from the checkpoint; what is said again must be the same.
        try checkpoint.plan.invocation.requireSame(as: invocation)
        return .resumed(checkpoint)
    }

    private var resumeCommand: String {
        running.resumeCommand(
            "train-optimizer", output: output == Self.defaultOutput ? nil : output)
    }
}
