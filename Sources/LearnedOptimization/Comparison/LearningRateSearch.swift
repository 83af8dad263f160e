/// Finds the learning rate with which a baseline does best on given problems, so that a comparison meets it
/// at its best.
///
/// The rates are the default one times powers of 2, at first from a quarter to four times it, and further for as long
/// as the best is at an edge. For L-BFGS, other lengths of the history are then tried at the best rate.
public enum LearningRateSearch {
    public struct Candidate: Codable, Equatable, Sendable {
        public var learningRate: Float
        /// How many curvature pairs L-BFGS keeps.
        public var history: Int
        /// The mean log ratio after the last evaluation; lower is better.
        public var score: Double
    }

    public struct Outcome: Equatable, Sendable {
        public var kind: BaselineOptimizer
        /// Every one that was tried, by rate and history.
        public var candidates: [Candidate]
        /// The one with the lowest score.
        public var best: Candidate
    }

    /// How far the default rate is multiplied or divided by 2 at most.
    private static let furthest = 12

    /// - Parameters:
    ///   - histories: what L-BFGS tries; the first while it looks for the rate. Other optimizers have none.
    ///   - evaluations: of each problem, beyond that of the start.
    ///   - onCurve: called after each walk down a problem; its answer carries on or stops.
    /// - Returns: `nil` when stopped.
    public static func run(
        _ kind: BaselineOptimizer, histories: [Int] = [10, 5, 20], on problems: [Problem], evaluations: Int,
        onCurve: () -> Continuation = { .carryOn }
    ) -> Outcome? {
        precondition(!histories.isEmpty && !problems.isEmpty)
        /// All at once, so that every thread has something to do.
        func score(_ candidates: [(learningRate: Float, history: Int)]) -> [Candidate]? {
            let contestants = candidates.map { Contestant(kind, learningRate: $0.learningRate, history: $0.history) }
            let comparison = Comparison.runUnlessStopped(
                contestants, on: problems, evaluations: evaluations, onCurve: onCurve)
            return comparison.map { comparison in
                candidates.enumerated().map { index, candidate in
                    Candidate(
                        learningRate: candidate.learningRate, history: candidate.history,
                        score: comparison.meanLogRatio(index, at: evaluations).mean)
                }
            }
        }

        var scores: [Int: Candidate] = [:]
        var exponents = Array(-2...2)
        while true {
            let rates = exponents.map { exponent in
                let factor = Float(sign: .plus, exponent: exponent, significand: 1)
                return (learningRate: kind.defaultLearningRate * factor, history: histories[0])
            }
            guard let candidates = score(rates) else { return nil }
            for (exponent, candidate) in zip(exponents, candidates) { scores[exponent] = candidate }
            let best = scores.min { ($0.value.score, $0.key) < ($1.value.score, $1.key) }!.key
            if best == scores.keys.min(), best > -furthest {
                exponents = [best - 1]
            } else if best == scores.keys.max(), best < furthest {
                exponents = [best + 1]
            } else {
                break
            }
        }
        var candidates = Array(scores.values)
        if kind == .lbfgs {
            let rate = candidates.min { ($0.score, $0.learningRate) < ($1.score, $1.learningRate) }!.learningRate
            guard let others = score(histories.dropFirst().map { (rate, $0) }) else { return nil }
            candidates += others
        }
        candidates.sort { ($0.learningRate, $0.history) < ($1.learningRate, $1.history) }
        return Outcome(kind: kind, candidates: candidates, best: candidates.min { $0.score < $1.score }!)
    }
}
