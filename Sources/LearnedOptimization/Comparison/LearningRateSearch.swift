/// Finds the learning rate with which a hand-made optimizer does best on given problems, so that a comparison meets it
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
        public var kind: HandMadeOptimizer
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
        _ kind: HandMadeOptimizer, histories: [Int] = [10, 5, 20], on problems: [Problem], evaluations: Int,
        onCurve: () -> Continuation = { .carryOn }
    ) -> Outcome? {
        precondition(!histories.isEmpty && !problems.isEmpty)
        var scores: [Int: Candidate] = [:]
        var wasStopped = false
        /// All at once, so that every thread has something to do.
        func score(_ candidates: [(learningRate: Float, history: Int)]) -> [Candidate] {
            let contestants = candidates.map { Contestant(kind, learningRate: $0.learningRate, history: $0.history) }
            let comparison = Comparison.run(
                contestants, on: problems, evaluations: evaluations, sideBySide: true
            ) { _ in
                if onCurve() == .stop { wasStopped = true }
                return wasStopped ? .stop : .carryOn
            }
            return candidates.enumerated().map { index, candidate in
                Candidate(
                    learningRate: candidate.learningRate, history: candidate.history,
                    score: comparison.meanLogRatio(index, at: evaluations).mean)
            }
        }
        func tryRates(_ exponents: some Sequence<Int>) {
            let exponents = Array(exponents)
            let rates = exponents.map { exponent in
                let factor = Float(sign: .plus, exponent: exponent, significand: 1)
                return (learningRate: kind.defaultLearningRate * factor, history: histories[0])
            }
            for (exponent, candidate) in zip(exponents, score(rates)) { scores[exponent] = candidate }
        }
        func bestExponent() -> Int {
            scores.min { ($0.value.score, $0.key) < ($1.value.score, $1.key) }!.key
        }

        tryRates(-2...2)
        while !wasStopped {
            let best = bestExponent()
            let edges = (scores.keys.min()!, scores.keys.max()!)
            if best == edges.0, best > -furthest {
                tryRates([best - 1])
            } else if best == edges.1, best < furthest {
                tryRates([best + 1])
            } else {
                break
            }
        }
        guard !wasStopped else { return nil }
        var candidates = Array(scores.values)
        if kind == .lbfgs {
            let rate = scores[bestExponent()]!.learningRate
            candidates += score(histories.dropFirst().map { (rate, $0) })
        }
        guard !wasStopped else { return nil }
        candidates.sort { ($0.learningRate, $0.history) < ($1.learningRate, $1.history) }
        return Outcome(kind: kind, candidates: candidates, best: candidates.min { $0.score < $1.score }!)
    }
}
