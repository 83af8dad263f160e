import Foundation
import Numerics

/// How several optimizers did on the same problems, by evaluations and by seconds.
public struct Comparison: Sendable {
    /// One optimizer's way down on one problem.
    public struct Curve: Sendable {
        public var contestant: Int
        public var problem: Int
        /// The lowest loss after 0, 1, 2, ... evaluations beyond that of the start. A loss that is not finite counts as
        /// no improvement.
        public var losses: [Double]
        /// The wall clock from the beginning of the start's evaluation to the end of each, the optimizer's own work
        /// included.
        public var seconds: [Double]
        /// How often the optimizer's line search refused a point; 0 without one.
        public var refusals: Int

        public init(contestant: Int, problem: Int, losses: [Double], seconds: [Double], refusals: Int = 0) {
            precondition(!losses.isEmpty && losses.count == seconds.count)
            (self.contestant, self.problem) = (contestant, problem)
            (self.losses, self.seconds, self.refusals) = (losses, seconds, refusals)
        }

        /// log(lowest loss after so many evaluations / loss at the start): 0 at the start, lower is better.
        ///
        /// A loss counts as at least 1e-30 of the start's, as those that reach 0 have no logarithm.
        public func logRatio(at evaluations: Int) -> Double {
            let start = losses[0]
            guard start.isFinite, start > 0 else { return 0 }
            return log(max(losses[evaluations] / start, 1e-30))
        }
    }

    /// The contestants' names.
    public let names: [String]
    /// Evaluations beyond that of the start.
    public let evaluations: Int
    /// In the order of problems, and of contestants within a problem.
    public let curves: [Curve]
    /// The curves of the problems that every contestant tried, of one contestant each; statistics are of these alone.
    private let complete: [[Curve]]

    public init(names: [String], evaluations: Int, curves: [Curve]) {
        precondition(curves.allSatisfy { $0.losses.count == evaluations + 1 && names.indices.contains($0.contestant) })
        (self.names, self.evaluations) = (names, evaluations)
        let sorted = curves.sorted { ($0.problem, $0.contestant) < ($1.problem, $1.contestant) }
        let tried = Dictionary(grouping: sorted, by: \.problem).filter { $1.count == names.count }
        self.curves = sorted
        complete = names.indices.map { contestant in
            sorted.filter { $0.contestant == contestant && tried[$0.problem] != nil }
        }
    }

    /// The number of problems that every contestant tried.
    public var problemCount: Int { complete.first?.count ?? 0 }
}

// MARK: - Running

extension Comparison {
    /// Has every contestant walk down every problem, from the same start and for as many evaluations.
    ///
    /// - Parameters:
    ///   - evaluations: beyond that of the start.
    ///   - sideBySide: whether problems run at the same time, a thread each, which is faster and says nothing of
    ///     seconds. Losses are the same either way.
    ///   - problem: makes the problem of that index, when it is its turn: a problem can take much memory.
    ///   - onCurve: called after each curve, one call at a time; its answer carries on or stops.
    /// - Throws: what `problem` throws.
    public static func run<Failure: Error>(
        _ contestants: [Contestant], problemCount: Int, evaluations: Int, sideBySide: Bool,
        problem makeProblem: (Int) throws(Failure) -> Problem, onCurve: (Curve) -> Continuation = { _ in .carryOn }
    ) throws(Failure) -> Comparison {
        // A plain lock: with closures under a `Mutex`, Swift 6.3 takes what `onCurve` reads for never read.
        let lock = NSLock()
        var curves: [Curve] = []
        var failure: Failure?
        var wasStopped = false
        func isOver() -> Bool { lock.withLock { wasStopped || failure != nil } }
        func work(_ index: Int) {
            guard !isOver() else { return }
            do throws(Failure) {
                let problem = try makeProblem(index)
                // The first evaluation pays for memory that an objective gets when first used; none should be timed.
                if !sideBySide {
                    var gradient = [Float](repeating: 0, count: problem.start.count)
                    _ = problem.objective.evaluate(problem.start, gradient: &gradient)
                }
                for (number, contestant) in contestants.enumerated() where !isOver() {
                    let curve = walk(contestant, number: number, down: problem, index: index, evaluations: evaluations)
                    lock.withLock {
                        curves.append(curve)
                        if onCurve(curve) == .stop { wasStopped = true }
                    }
                }
            } catch {
                lock.withLock { failure = error }
            }
        }
        if sideBySide {
            Parallel.forEachUnchecked(problemCount) { index, _ in work(index) }
        } else {
            (0..<problemCount).forEach(work)
        }
        if let failure { throw failure }
        return Comparison(names: contestants.map(\.name), evaluations: evaluations, curves: curves)
    }

    /// Has every contestant walk down every problem.
    public static func run(
        _ contestants: [Contestant], on problems: [Problem], evaluations: Int, sideBySide: Bool,
        onCurve: (Curve) -> Continuation = { _ in .carryOn }
    ) -> Comparison {
        run(
            contestants, problemCount: problems.count, evaluations: evaluations, sideBySide: sideBySide,
            problem: { problems[$0] }, onCurve: onCurve)
    }

    /// Has every contestant walk down every problem, side by side. `nil` when stopped.
    static func runUnlessStopped(
        _ contestants: [Contestant], on problems: [Problem], evaluations: Int, onCurve: () -> Continuation
    ) -> Comparison? {
        var wasStopped = false
        let comparison = run(contestants, on: problems, evaluations: evaluations, sideBySide: true) { _ in
            if onCurve() == .stop { wasStopped = true }
            return wasStopped ? .stop : .carryOn
        }
        return wasStopped ? nil : comparison
    }

    private static func walk(
        _ contestant: Contestant, number: Int, down problem: Problem, index: Int, evaluations: Int
    ) -> Curve {
        var optimizer = contestant.make(problem.objective, evaluations)
        var losses: [Double] = []
        var seconds: [Double] = []
        let began = ContinuousClock.now
        _ = minimize(problem.objective, from: problem.start, with: &optimizer, evaluations: evaluations + 1) {
            evaluation in
            let loss = evaluation.loss.isFinite ? evaluation.loss : .infinity
            losses.append(min(loss, losses.last ?? .infinity))
            seconds.append(began.duration(to: .now) / .seconds(1))
            return .carryOn
        }
        return Curve(
            contestant: number, problem: index, losses: losses, seconds: seconds,
            refusals: optimizer.refusals)
    }
}

// MARK: - Statistics

extension Comparison {
    /// The mean over problems of log(lowest loss so far / loss at the start), with a bootstrap interval over problems.
    public func meanLogRatio(_ contestant: Int, at evaluations: Int) -> Estimate {
        Estimate(meanOf: logRatios(contestant, at: evaluations))
    }

    /// The log ratio on the problem where it is highest.
    public func worstLogRatio(_ contestant: Int, at evaluations: Int) -> Double {
        logRatios(contestant, at: evaluations).max() ?? .nan
    }

    /// The mean over problems of the wall clock until then.
    public func meanSeconds(_ contestant: Int, at evaluations: Int) -> Double {
        let curves = complete[contestant]
        return curves.reduce(0) { $0 + $1.seconds[evaluations] } / Double(curves.count)
    }

    /// On what share of the problems a contestant has a lower loss than another; a tie is half a win.
    public func winRate(of contestant: Int, over other: Int, at evaluations: Int) -> Double {
        let wins = zip(complete[contestant], complete[other]).map { one, two in
            let (mine, theirs) = (one.losses[evaluations], two.losses[evaluations])
            return mine < theirs ? 1.0 : mine == theirs ? 0.5 : 0
        }
        return wins.reduce(0, +) / Double(wins.count)
    }

    /// The median over problems of the evaluations until a contestant's loss is as low as another's in the end, or
    /// `nil` when on half of the problems it never is.
    public func evaluationsToReachEnd(of other: Int, by contestant: Int) -> Double? {
        let counts = zip(complete[contestant], complete[other]).map { mine, theirs in
            mine.losses.firstIndex { $0 <= theirs.losses[evaluations] }.map(Double.init) ?? .infinity
        }.sorted()
        guard !counts.isEmpty else { return nil }
        let median = (counts[(counts.count - 1) / 2] + counts[counts.count / 2]) / 2
        return median.isFinite ? median : nil
    }

    /// Refusals of the contestant's line search per evaluation.
    public func refusalRate(_ contestant: Int) -> Double {
        let curves = complete[contestant]
        return Double(curves.reduce(0) { $0 + $1.refusals }) / Double(max(1, curves.count * evaluations))
    }

    private func logRatios(_ contestant: Int, at evaluations: Int) -> [Double] {
        complete[contestant].map { $0.logRatio(at: evaluations) }
    }
}
