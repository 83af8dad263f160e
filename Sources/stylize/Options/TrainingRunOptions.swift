import ArgumentParser
import Painting
import TrainingSessions

/// Where checkpoints of a training go, and what is said meanwhile.
struct TrainingRunOptions: ParsableArguments {
    @Flag(help: "Replace the output and its checkpoint if they exist.")
    var force = false

    @Flag(help: "Carry on from the checkpoint, as if there had been no break.")
    var resume = false

    @Option(help: ArgumentHelp("The folder for checkpoints.", valueName: "folder"), completion: .directory)
    var checkpoints = "checkpoints"

    @Option(help: ArgumentHelp("Seconds between checkpoints.", valueName: "n"))
    var checkpointEvery = 60.0

    @OptionGroup var reading: ReadingOptions

    @OptionGroup var common: CommonOptions

    @Flag(help: "Print a JSON object instead of the output's path.")
    var json = false

    func validate() throws {
        try require(!checkpoints.isEmpty, "--checkpoints is a folder, not nothing.")
        try require(
            checkpointEvery >= 0 && checkpointEvery <= 1e9,
            "--checkpoint-every is from 0 to 1000000000, not \(checkpointEvery).")
    }
}

/// How long a training takes by default, and what its steps are called.
protocol TrainingLength {
    static var defaultMinutes: Int { get }
    static var stepsOption: String { get }
}

/// How long to train: some time, or some steps.
struct TrainingLengthOptions<Default: TrainingLength>: ParsableArguments {
    @Option(help: ArgumentHelp("How long to train. (default: \(Default.defaultMinutes))", valueName: "n"))
    var minutes: Double?

    @Option(
        name: .customLong(Default.stepsOption),
        help: ArgumentHelp("How many steps to train instead.", valueName: "n"))
    var steps: Int?

    func validate() throws {
        let option = "--" + Default.stepsOption
        try require(minutes == nil || steps == nil, "--minutes and \(option) exclude each other.")
        try requirePositive(minutes, atMost: 1_000_000, "--minutes")
        try requireRange(steps, trainingStepsRange, option)
    }

    /// Unless the number of steps is given instead.
    var time: Duration? { steps == nil ? .seconds(60 * (minutes ?? Double(Default.defaultMinutes))) : nil }
}

extension TrainingLengthOptions: Recordable {
    var recorded: [String] { option("--minutes", minutes) + option("--" + Default.stepsOption, steps) }
}
