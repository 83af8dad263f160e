import Files

/// What a training was told when it began: `--resume` goes by it.
public struct TrainingInvocation: Codable, Equatable, Sendable {
    /// The options that were given, one `--option value` a piece, but for those of where files go.
    public var options: [String]
    /// The path of what is learned.
    public var output: String
    /// A larger picture is refused.
    public var maximumPixels: Int

    /// What a checkpoint calls it.
    static let key = "invocation"

    public init(options: [String], output: String, maximumPixels: Int) {
        (self.options, self.output, self.maximumPixels) = (options, output, maximumPixels)
    }

    /// What it was not told is as it was.
    ///
    /// - Throws: `Failure` when the one that resumes was told something else.
    func requireSame(as now: TrainingInvocation) throws {
        let changed = now.options.filter { !options.contains($0) }
        guard changed.isEmpty else {
            throw Failure(
                .usage,
                "That training did not begin with \(changed.joined(separator: " ")); leave that out, or begin anew.")
        }
        guard now.output == output else {
            throw Failure(
                .usage,
                "That training began with \(option("--output", output)[0]); resume it so, or begin anew with --force.")
        }
    }
}
