import Charts
import Imaging

/// The picture of a training: how validation went from step to step, and what was to beat.
struct LearningCurve {
    private let plot: Plot

    /// - Returns: `nil` before the first validation, when there is nothing to see.
    init?(_ history: TrainingHistory) {
        guard let last = history.validations.last else { return nil }
        // Training begins with what was given, or where the untrained optimizer is, with its preconditioner if it has one.
        let beginning = [Validation.given, Validation.preconditioned, Validation.untrained].lazy
            .compactMap { name in history.baselines.first { $0.name == name } }.first
        let start = beginning.map { [(x: 0.0, y: $0.mean)] } ?? []
        let learned = Plot.Series(
            "learned", points: start + history.validations.map { (Double($0.metaStep), $0.scores.mean) })
        let baselines = history.baselines.map { baseline in
            Plot.Series(
                baseline.name, points: [(0, baseline.mean), (Double(last.metaStep), baseline.mean)])
        }
        plot = Plot(
            title: "Validation in the course of training",
            panels: [
                .init(
                    xLabel: "steps of training", yLabel: "mean log f/f_0, lower is better",
                    series: [learned] + baselines)
            ])
    }

    func draw() -> Picture { plot.picture(width: 1000, height: 600) }
}
