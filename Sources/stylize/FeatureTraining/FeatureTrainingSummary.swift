import Files

/// What became of a training of features.
struct FeatureTrainingSummary: Encodable, Equatable {
    /// The network's path.
    var output: String
    var steps: Int
    var plannedSteps: Int
    /// Of this run; a training that was resumed took longer.
    var seconds: Double
    /// In training, a running mean.
    var loss: Double?
    /// On held-out pictures, layer by layer; nothing before the first validation.
    var validation: [Double]?
    /// Whether somebody stopped it before the end.
    var stopped: Bool

    func sentence(resume: String) -> String {
        stopped
            ? "Stopped early; what there is is in \(output): \(steps) of \(plannedSteps) steps. Carry on with \(resume)."
            : "Wrote \(output): \(steps.counted("step")), \(Duration.seconds(seconds).short)."
    }
}
