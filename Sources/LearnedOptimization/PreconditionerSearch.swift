/// Finds the preconditioner with which L-BFGS does best on given problems, for a learned optimizer to begin with.
///
/// A search from neighbour to neighbour: each of the three numbers is made larger and smaller by a factor, the best of
/// the six is the next to start from, and the search ends when none is better. It takes losses as they come, so that
/// nothing about later steps has to be assumed, as in the gradient of a meta-loss.
public enum PreconditionerSearch {
    private static let start = Preconditioner(coarse: 1, growth: 1.5, common: 2)
    private static let factors = (coarse: Float(2), growth: Float(1.5), common: Float(2))
    private static let mostRounds = 12

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
        /// The candidate that does best, after a quarter, a half and all of the evaluations; the first of equals.
        func best(of candidates: [Preconditioner]) -> Preconditioner {
            let contestants = candidates.map {
                Contestant(name: "", LearnedOptimizer(untrained: preset, preconditioner: $0))
            }
            let comparison = Comparison.run(
                contestants, on: problems, evaluations: evaluations, sideBySide: true
            ) { _ in
                if onCurve() == .stop { wasStopped = true }
                return wasStopped ? .stop : .carryOn
            }
            let points = Set([evaluations / 4, evaluations / 2, evaluations]).filter { $0 > 0 }.sorted()
            let scores = candidates.indices.map { index in
                points.reduce(0) { $0 + comparison.meanLogRatio(index, at: $1).mean }
            }
            return candidates[scores.indices.min { scores[$0] < scores[$1] }!]
        }
        var current = best(of: [.identity, start])
        guard !wasStopped, !current.isIdentity else { return wasStopped ? nil : current }
        for _ in 0..<mostRounds {
            let next = best(of: [current] + neighbours(of: current))
            guard !wasStopped else { return nil }
            guard next != current else { break }
            current = next
        }
        return current
    }

    private static func neighbours(of center: Preconditioner) -> [Preconditioner] {
        let numbers: [(WritableKeyPath<Preconditioner, Float>, Float)] = [
            (\.coarse, factors.coarse), (\.growth, factors.growth), (\.common, factors.common),
        ]
        return numbers.flatMap { number, factor in
            [center[keyPath: number] * factor, center[keyPath: number] / factor].map { value in
                var neighbour = center
                neighbour[keyPath: number] = value
                return neighbour
            }
        }
    }
}
