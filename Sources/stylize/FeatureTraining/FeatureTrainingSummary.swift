/// What became of a training of features.
struct FeatureTrainingSummary: Encodable, Equatable {
    /// The network's path.
    var output: String
    var steps: Int
    var plannedSteps: Int
    /// Of this run; a training that was resumed took longer.
    var seconds: Double
    var loss: Double?
    /// The share of crops whose class was told in training, block by block; a running mean.
    var accuracies: [Double]
    /// The share of held-out pictures that were recognised in another crop; nothing before the first validation.
    var retrieval: [Double]?
    /// Whether somebody stopped it before the end.
    var stopped: Bool

    func sentence(resume: String) -> String {
        stopped
            ? "Stopped early; what there is is in \(output): \(steps) of \(plannedSteps) steps. Carry on with \(resume)."
            : "Wrote \(output): \(steps.counted("step")), \(Duration.seconds(seconds).short)."
    }
}
