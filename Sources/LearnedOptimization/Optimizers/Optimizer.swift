/// Walks a vector of parameters downhill, one evaluation of the objective a step. Its state is a value.
///
/// The caller evaluates, the optimizer moves: `step` is given the loss and gradient at `parameters` and leaves in
/// `parameters` the point to evaluate next. A line search is a series of such steps, so that every evaluation counts
/// the same for every optimizer. The caller may clamp the proposed point to the objective's bounds; an optimizer that
/// needs its last move reads it from the parameters it is given next, not from what it proposed.
public protocol Optimizer {
    /// Replaces `parameters`, at which the objective has `loss` and `gradient`, by the next point to evaluate.
    ///
    /// A loss or gradient that is not finite never makes a parameter so.
    mutating func step(_ parameters: inout [Float], loss: Double, gradient: [Float])
}

/// An optimizer that can go on when the grid of coordinates changes under way.
public protocol ResamplableOptimizer: Optimizer {
    /// Carries the state over to the same problem on another grid of coordinates.
    ///
    /// `resample` maps a vector from the old grid to the new one. The objective is a mean over coordinates, so that
    /// gradient-like state also scales by old count / new count.
    mutating func resample(_ resample: ([Float]) -> [Float])
}
