import ArgumentParser
import Painting

/// What is asked for with many pictures.
struct BatchOptions: ParsableArguments {
    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Flag(help: "Replace what was painted of other pictures or with other settings.")
    var update = false

    @Option(help: ArgumentHelp("The i-th of n parts of the work, as in 2/8.", valueName: "i/n"))
    var shard: Shard?
}
