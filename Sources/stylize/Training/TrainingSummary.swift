import Files

/// What became of a training.
struct TrainingSummary: Encodable, Equatable {
    /// The optimizer's path.
    var output: String
    var metaSteps: Int
    var plannedMetaSteps: Int
    /// Of this run; a training that was resumed took longer.
    var seconds: Double
    /// Of objectives in training, over all runs.
    var evaluations: Int
    /// After how many evaluations a walk was looked at in validation.
    var points: [Int]
    /// The mean log ratio at each point; nothing before the first validation.
    var scores: [Double]?
    var baselines: [TrainingHistory.Scores]
    /// Whether somebody stopped it before the end.
    var stopped: Bool

    func sentence(resume: String) -> String {
        let steps = "\(metaSteps) of \(plannedMetaSteps) steps, \(evaluations) evaluations"
        return stopped
            ? "Stopped early; the best so far is in \(output): \(steps). Carry on with \(resume)."
            : "Wrote \(output): \(steps), \(Duration.seconds(seconds).short)."
    }
}
