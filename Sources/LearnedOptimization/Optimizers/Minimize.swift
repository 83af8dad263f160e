/// What a walk downhill arrived at.
public struct Minimum: Sendable {
    /// The best point evaluated; the start when no loss was a number.
    public var parameters: [Float]
    /// The objective's value there; infinite when no loss was a number.
    public var loss: Double
    /// The loss of every evaluation, in order.
    public var losses: [Double]
    /// Whether the callback asked to stop.
    public var wasStopped: Bool
}

/// One evaluation of the objective during `minimize`.
public struct Evaluation {
    /// Counts from 0.
    public var index: Int
    public var loss: Double
    /// The best so far, this evaluation included.
    public var bestLoss: Double
    public var bestParameters: [Float]
}

/// What a callback wants done next.
public enum Continuation: Sendable {
    case carryOn
    case stop
}

/// Walks downhill on `objective` from `start` and returns the best point met.
///
/// Every point is clamped to the objective's bounds before it is evaluated, the start included. Each evaluation counts,
/// whatever the optimizer makes of it, and there are exactly `evaluations` of them unless the callback stops earlier.
///
/// - Parameters:
///   - optimizer: keeps its state, so that the walk can be carried on from where it ended.
///   - onEvaluation: called after every evaluation.
public func minimize(
    _ objective: some Objective, from start: [Float], with optimizer: inout some Optimizer, evaluations: Int,
    onEvaluation: (Evaluation) -> Continuation = { _ in .carryOn }
) -> Minimum {
    precondition(start.count == objective.parameterCount && evaluations >= 0)
    var parameters = start
    var gradient = [Float](repeating: 0, count: start.count)
    func clamp() { if let bounds = objective.bounds { VectorMath.clamp(&parameters, to: bounds) } }
    clamp()

    var best = Minimum(parameters: parameters, loss: .infinity, losses: [], wasStopped: false)
    for index in 0..<evaluations {
        let loss = objective.evaluate(parameters, gradient: &gradient)
        best.losses.append(loss)
        if loss < best.loss {
            best.loss = loss
            VectorMath.copy(parameters, to: &best.parameters)
        }
        let evaluation = Evaluation(index: index, loss: loss, bestLoss: best.loss, bestParameters: best.parameters)
        if onEvaluation(evaluation) == .stop {
            best.wasStopped = true
            break
        }
        optimizer.step(&parameters, loss: loss, gradient: gradient)
        clamp()
    }
    return best
}
