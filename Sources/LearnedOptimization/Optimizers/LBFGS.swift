/// L-BFGS (Liu and Nocedal 1989) with a backtracking line search, for parameters within bounds.
///
/// The first move goes along the gradient, by 2 % of the range 0...1 in the mean: the textbook's first step, of length
/// 1 or 1 / |g|, is far too short for a picture. After that each move is the quasi-Newton step -H g, tried at full
/// length.
///
/// * **Line search.** A trial is accepted by Armijo's rule, f(x) <= f(x_a) + 1e-4 g_a.(x - x_a), where x_a is the last
///   accepted point and x the trial as it was evaluated, clamped or not. A refused trial is drawn back towards x_a, to
///   the minimum of the parabola through what is known, but to no less than 0.1 and no more than 0.5 of its distance.
///   After a few refusals the history is dropped and the search goes on along the gradient. A loss or gradient that is
///   not finite is a refusal.
/// * **Bounds.** A parameter at a bound with the gradient pushing outwards stays, and the quasi-Newton step is taken in
///   the others (Bertsekas 1982, "Projected Newton methods for optimization problems with simple constraints"). Without
///   this the direction is spoilt by gradients that cannot be followed: on quadratics with half of the parameters at a
///   bound it takes two to ten times the evaluations to come within 0.01 % of the minimum, and may never come nearer.
public struct LBFGS: ResamplableOptimizer, GuardedOptimizer, Sendable {
    /// The mean absolute first move. Parameters are expected in 0...1.
    public static let defaultLearningRate: Float = 0.02

    public let learningRate: Float
    /// Trials that the line search refused so far.
    public private(set) var refusals = 0
    private var history: CurvatureHistory
    /// The last accepted point, where every trial starts from.
    private var safeguard: Safeguard
    /// Scratch memory for the way to go from there.
    private var direction: [Float] = []

    /// - Parameters:
    ///   - learningRate: the mean absolute move of a step along the gradient, with which every history begins.
    ///   - history: the most curvature pairs kept; each takes two vectors of the parameters' length.
    ///   - bounds: the interval that the objective keeps every parameter in, if any.
    public init(
        learningRate: Float = defaultLearningRate, history: Int = 10, bounds: ClosedRange<Float>? = nil
    ) {
        self.learningRate = learningRate
        self.history = CurvatureHistory(capacity: history)
        safeguard = Safeguard(memory: 1, bounds: bounds)
    }

    public mutating func step(_ parameters: inout [Float], loss: Double, gradient: [Float]) {
        precondition(gradient.count == parameters.count)
        switch safeguard.judge(parameters, loss: loss, gradient: gradient) {
        case .unusable: break
        case .first: propose(&parameters, meanMove: learningRate)
        case .accepted(let move, let change, _, _):
            let isStuck = !learn(move: move, change)
            propose(&parameters, meanMove: isStuck ? Safeguard.smallestMove : learningRate)
        case .refused(let retreat):
            refusals += 1
            if retreat.isAlongGradient { history.removeAll() }
            safeguard.take(retreat, firstMove: learningRate, &parameters)
        }
    }

    /// Drops the accepted point: the next one evaluated is on the new grid and takes its place.
    public mutating func resample(_ resample: ([Float]) -> [Float]) {
        safeguard.reset()
        history.resample(resample)
    }

    /// Proposes a quasi-Newton step, or when there is no history a move of the given size along the gradient.
    private mutating func propose(_ parameters: inout [Float], meanMove: Float) {
        safeguard.takeFreeGradient(&direction)
        if history.applyInverseHessian(to: &direction) != nil {
            safeguard.hold(&direction)
            safeguard.move(&parameters, by: -1, along: direction)
            if let bounds = safeguard.bounds { VectorMath.clamp(&parameters, to: bounds) }
        } else {
            safeguard.descend(&parameters, meanMove: meanMove)
        }
    }

    /// Adds what the move told to the history.
    ///
    /// Returns false when the parameters did not move at all: the step was too short for single precision and would be
    /// repeated for ever. The curvature is then felt anew.
    private mutating func learn(move: [Float], _ change: [Float]) -> Bool {
        if history.push(move: move, gradientChange: change).moveMove > 0 { return true }
        history.removeAll()
        return false
    }
}
