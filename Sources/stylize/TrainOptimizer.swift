import ArgumentParser
import FeatureNetwork
import Foundation
import Kernels
import LearnedOptimization

/// `stylize train-optimizer`: learns an optimizer for `--optimizer learned`.
struct TrainOptimizer: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train an optimizer on style transfers.",
        usage: "stylize train-optimizer [<options>]",
        discussion: """
            stylize train-optimizer
            stylize train-optimizer --content photos --style paintings --minutes 60
            stylize train-optimizer --resume
            stylize -c photo.jpg -s waves.png --optimizer learned --optimizer-weights optimizer.safetensors
            """)

    static let defaultMinutes = 5.0

    @OptionGroup(title: "Data") var data: TrainingDataOptions
    @OptionGroup(title: "Method") var method: TrainingMethodOptions
    @OptionGroup(title: "Run") var running: TrainingRunOptions

    func run() throws {
        do {
            try train()
        } catch let error as ValidationError {
            // What only shows once work begins; the usage that the parser would add is the root command's.
            throw Failure(.usage, error.message)
        }
    }

    private func train() throws {
        let began = ContinuousClock.now
        let files = TrainingFiles(running)
        let start = try start(files, began: began)
        try files.prepare()
        let reporter = Reporter(verbosity: running.quiet ? .quiet : .normal)
        let interrupts = Interrupts {
            reporter.note("Stopping after this step to save the best so far; press Ctrl-C again to quit at once.")
        }
        let summary = try Parallel.$threadCount.withValue(min(running.threads ?? .max, Parallel.threadCount)) {
            try usageErrors {
                var training = try Training(
                    start, network: .builtIn, files: files, reporter: reporter, interrupts: interrupts)
                return try training.run(checkpointEvery: .seconds(running.checkpointEvery))
            }
        }
        reporter.note(summary.sentence(resume: resumeCommand))
        try printLine(running.json ? summary.json : summary.output)
        if summary.stopped { throw ExitCode(Failure.Kind.interrupted.rawValue) }
    }

    private func start(_ files: TrainingFiles, began: ContinuousClock.Instant) throws -> Training.Start {
        guard running.resume else {
            let plan = try TrainingPlan(data, method, defaultMinutes: Self.defaultMinutes)
            let minutes = method.minutes ?? Self.defaultMinutes
            return .new(
                plan, method.settings, deadline: method.metaSteps == nil ? began + .seconds(60 * minutes) : nil)
        }
        let checkpoint = try TrainingCheckpoint(path: files.checkpoint)
        // Everything is taken from the checkpoint; what is said again must be the same.
        let changed = (data.recorded + method.recorded).filter { !checkpoint.plan.options.contains($0) }
        try require(
            changed.isEmpty,
            "The checkpoint was not trained with \(changed.joined(separator: " ")); leave that out, or begin anew.")
        return .resumed(checkpoint)
    }

    private var resumeCommand: String {
        return
            (["stylize train-optimizer --resume"]
            + (running.output == "optimizer.safetensors" ? [] : ["--output \(running.output)"])
            + (running.checkpoints == "checkpoints" ? [] : ["--checkpoints \(running.checkpoints)"]))
            .joined(separator: " ")
    }
}
