/// What became of a picture.
struct Summary: Encodable, Equatable {
    /// The output's path, or `-` for standard output.
    var output: String
    var width: Int
    var height: Int
    var seconds: Double
    var steps: Int
    var loss: Double
    var seed: UInt64
    /// Whether somebody stopped it before the end.
    var stopped: Bool

    var sentence: String {
        let time = Duration.seconds(seconds).short
        let facts = "\(width)x\(height), \(steps.counted("step")) in \(time), loss \(loss.short), seed \(seed)"
        return stopped
            ? "Stopped early; the best so far is in \(place): \(facts)." : "Wrote \(place): \(facts)."
    }

    private var place: String { output == "-" ? "standard output" : output }
}
