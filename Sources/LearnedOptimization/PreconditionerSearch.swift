/// Finds the preconditioner with which L-BFGS does best on given problems, for a learned optimizer to begin with.
///
/// A search along one number at a time: each is made larger by a factor, or else smaller, for as long as that helps; the
/// search ends when no number can be improved by much. It takes losses as they come, so that nothing about later steps has
/// to be assumed, as in the gradient of a meta-loss.
public enum PreconditionerSearch {
    private static let start = Preconditioner(coarse: 1, growth: 1.5, common: 2)
    private static let steps: [(number: WritableKeyPath<Preconditioner, Float> & Sendable, factor: Float)] = [
        (\.growth, 1.5), (\.common, 2), (\.coarse, 2),
    ]
    /// What is less is not worth another trial.
    private static let leastGain = 0.003

    /// - Parameters:
    ///   - preset: one with a quasi-Newton direction.
    ///   - evaluations: of each problem, beyond that of the start.
    ///   - onCurve: called after each walk down a problem; its answer carries on or stops.
    /// - Returns: the identity where nothing else is better; `nil` when stopped.
    public static func run(
        _ preset: LearnedOptimizer.Preset, on problems: [Problem], evaluations: Int,
        onCurve: () -> Continuation = { .carryOn }
    ) -> Preconditioner? {
        precondition(preset.update.isQuasiNewton && !problems.isEmpty && evaluations > 0)
        var wasStopped = false
        let points = Set([evaluations / 4, evaluations / 2, evaluations]).filter { $0 > 0 }.sorted()
        /// The sum of the mean log ratios after a quarter, a half and all of the evaluations.
        func score(_ candidate: Preconditioner) -> Double {
            guard !wasStopped else { return .infinity }
            let contestant = Contestant(name: "", LearnedOptimizer(untrained: preset, preconditioner: candidate))
            let comparison = Comparison.run([contestant], on: problems, evaluations: evaluations, sideBySide: true) { _ in
                if onCurve() == .stop { wasStopped = true }
                return wasStopped ? .stop : .carryOn
            }
            guard !wasStopped else { return .infinity }
            return points.reduce(0) { $0 + comparison.meanLogRatio(0, at: $1).mean }
        }

        var best = (preconditioner: Preconditioner.identity, score: score(.identity))
        /// Whether the candidate is better, and so the best from now on.
        func improves(_ candidate: Preconditioner) -> Bool {
            let score = score(candidate)
            guard score < best.score - leastGain else { return false }
            best = (candidate, score)
            return true
        }
        /// Whether the number had better be changed by the factor; it is, as often as that helps.
        func improves(_ number: WritableKeyPath<Preconditioner, Float>, by factor: Float) -> Bool {
            var wasImproved = false
            while improves(best.preconditioner.scaled(number, by: factor)) { wasImproved = true }
            return wasImproved
        }
        guard improves(start) else { return wasStopped ? nil : .identity }
        // A number that was improved has been tried both ways, like those in vain since.
        var (turn, triedInVain) = (0, 0)
        while triedInVain < steps.count, !wasStopped {
            let (number, factor) = steps[turn % steps.count]
            let wasImproved = improves(number, by: factor) || improves(number, by: 1 / factor)
            triedInVain = wasImproved ? 1 : triedInVain + 1
            turn += 1
        }
        return wasStopped ? nil : best.preconditioner
    }
}

extension Preconditioner {
    fileprivate func scaled(_ number: WritableKeyPath<Self, Float>, by factor: Float) -> Self {
        var scaled = self
        scaled[keyPath: number] *= factor
        return scaled
    }
}
