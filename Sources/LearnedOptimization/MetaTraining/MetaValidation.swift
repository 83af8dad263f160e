import Foundation
import TrainingSessions

/// The problems that tell whether an optimizer has learned something, by the mean log of the lowest loss so far over that
/// of the start after some numbers of evaluations.
struct MetaValidation {
    let problems: [Problem]
    let points: [Int]

    /// The name of the optimizer before training.
    static let untrained = "untrained"
    /// That with the preconditioner that was found.
    static let preconditioned = "preconditioned"
    /// The trained one that a training begins with.
    static let given = "before"

    /// What a learned optimizer has to beat: itself before training, L-BFGS, and Adam at the learning rate that suits
    /// these problems best.
    ///
    /// - Returns: `nil` when `isCancelled` says so.
    func baselines(untrained: LearnedOptimizer, isCancelled: () -> Bool) -> [TrainingHistory.Baseline]? {
        let search = LearningRateSearch.run(.adam, on: problems, evaluations: points.last!) {
            isCancelled() ? .stop : .carryOn
        }
        guard let rate = search?.best.learningRate, !isCancelled() else { return nil }
        return scores([
            Contestant(name: Self.untrained, untrained), Contestant(.lbfgs),
            Contestant(.adam, name: String(format: "adam, rate %.4g", rate), learningRate: rate),
        ])
    }

    func scores(_ learned: LearnedOptimizer, name: String = "") -> TrainingHistory.Baseline {
        scores([Contestant(name: name, learned)])[0]
    }

    private func scores(_ contestants: [Contestant]) -> [TrainingHistory.Baseline] {
        let comparison = Comparison.run(contestants, on: problems, evaluations: points.last!, sideBySide: true)
        return contestants.indices.map { index in
            .init(
                name: contestants[index].name, values: points.map { comparison.meanLogRatio(index, at: $0).mean })
        }
    }
}
