import ArgumentParser
import LearnedOptimization
import Painting
import TrainingSessions

/// `stylize train-optimizer`: learns an optimizer for `--optimizer learned`.
struct TrainOptimizer: TrainingCommand {
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
    static let defaultOutput = "optimizer.safetensors"

    var given: [String] { data.recorded + method.recorded }

    func begin(
        _ run: TrainingRun<OptimizerTrainingPlan>, began: ContinuousClock.Instant
    ) throws -> TrainingSession<MetaTraining> {
        // What was learned for another network is a good start for this one.
        let first = try method.from.map { try OptimizerFile.read($0, for: nil) }
        let settings = method.settings(from: first)
        let network = try FeaturesFile.read(data.network.features, pooling: data.network.pooling)
        let plan = OptimizerTrainingPlan(
            features: data.network.features, pooling: data.network.pooling, network, objective: data.objective,
            transfers: try data.transfers(network), settings, time: method.length.time)
        return try plan.begin(
            settings, from: first, with: network, until: method.length.time.map { began + $0 }, run)
    }
}
