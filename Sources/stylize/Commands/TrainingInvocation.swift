import Painting

/// What a training was told when it began: `--resume` goes by it.
struct TrainingInvocation: Codable, Equatable {
    /// The options that were given, one `--option value` a piece, but for those of where files go.
    var options: [String]
    /// The path of what is learned.
    var output: String
    /// A larger picture is refused.
    var maximumPixels: Int

    /// What a checkpoint calls it.
    static let key = "invocation"

    init(_ options: [String], output: String, _ running: TrainingRunOptions) {
        self.options = options + running.reading.given
        (self.output, maximumPixels) = (output, running.reading.maxPixels)
    }

    /// Throws when the one that resumes was told something else. What it was not told is as it was.
    func requireSame(as now: TrainingInvocation) throws {
        let changed = now.options.filter { !options.contains($0) }
        try require(
            changed.isEmpty,
            "That training did not begin with \(changed.joined(separator: " ")); leave that out, or begin anew.")
        try require(
            now.output == output,
            "That training began with \(option("--output", output)[0]); resume it so, or begin anew with --force.")
    }
}
