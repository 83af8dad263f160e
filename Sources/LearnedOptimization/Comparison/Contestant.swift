/// An optimizer in a comparison: its name and how to make it, afresh for each problem.
public struct Contestant: Sendable {
    public var name: String
    /// Makes the optimizer for an objective and the number of evaluations there will be.
    public let make: @Sendable (_ objective: any Objective, _ horizon: Int) -> any Optimizer

    public init(
        name: String, make: @escaping @Sendable (_ objective: any Objective, _ horizon: Int) -> any Optimizer
    ) {
        (self.name, self.make) = (name, make)
    }

    /// - Parameters:
    ///   - name: `nil` takes the optimizer's own.
    ///   - learningRate: `nil` takes the optimizer's own.
    ///   - history: how many curvature pairs L-BFGS keeps.
    public init(_ kind: HandMadeOptimizer, name: String? = nil, learningRate: Float? = nil, history: Int = 10) {
        self.init(name: name ?? kind.rawValue) { objective, _ in
            kind.make(learningRate: learningRate, history: history, bounds: objective.bounds)
        }
    }

    public init(name: String, _ learned: LearnedOptimizer) {
        self.init(name: name) { objective, horizon in learned.optimizer(for: objective, horizon: horizon) }
    }
}

/// An optimizer with a guard that refuses points: one that lead uphill, say, and is not carried on from.
public protocol GuardedOptimizer: Optimizer {
    /// How often a point was refused so far.
    var refusals: Int { get }
}

extension LearnedWalk: GuardedOptimizer {}
