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
public struct LBFGS: Optimizer, Sendable {
    /// The mean absolute first move. Parameters are expected in 0...1.
    public static let defaultLearningRate: Float = 0.02

    public let learningRate: Float
    public let bounds: ClosedRange<Float>?
    private var history: CurvatureHistory

    // The last accepted point, where every trial starts from. Without a loss there is none yet.
    private var acceptedParameters: [Float] = []
    private var acceptedGradient: [Float] = []
    private var acceptedLoss: Double?
    /// Scratch memory for the way to go from there.
    private var direction: [Float] = []
    /// Trials refused since then.
    private var refusals = 0

    private static let sufficientDecrease = 1e-4
    private static let refusalsBeforeRestart = 4
    /// About as short as single precision can feel in parameters in 0...1.
    private static let smallestMove: Float = 1e-6

    /// - Parameters:
    ///   - learningRate: the mean absolute move of a step along the gradient, with which every history begins.
    ///   - history: the most curvature pairs kept; each takes two vectors of the parameters' length.
    ///   - bounds: the interval that the objective keeps every parameter in, if any.
    public init(
        learningRate: Float = defaultLearningRate, history: Int = 10, bounds: ClosedRange<Float>? = nil
    ) {
        self.learningRate = learningRate
        self.bounds = bounds
        self.history = CurvatureHistory(capacity: history)
    }

    public mutating func step(_ parameters: inout [Float], loss: Double, gradient: [Float]) {
        precondition(gradient.count == parameters.count)
        let isFinite = loss.isFinite && VectorMath.sumOfMagnitudes(gradient).isFinite
        guard let acceptedLoss else {
            if isFinite {
                accept(parameters, loss, gradient)
                propose(&parameters, meanMove: learningRate)
            }
            return
        }
        let move = VectorMath.difference(parameters, acceptedParameters)
        let slope = min(VectorMath.dot(acceptedGradient, move), 0)
        if isFinite, loss <= acceptedLoss + Self.sufficientDecrease * slope {
            let isStuck = !learn(move: move, gradient)
            accept(parameters, loss, gradient)
            propose(&parameters, meanMove: isStuck ? Self.smallestMove : learningRate)
        } else {
            // The minimum of the parabola with the slope and loss at the accepted point and the loss at the trial.
            let excess = loss - (acceptedLoss + slope)
            let shrinkage = isFinite && excess > 0 ? min(max(-slope / (2 * excess), 0.1), 0.5) : 0.1
            drawBack(&parameters, move: move, by: Float(shrinkage))
        }
    }

    /// Drops the accepted point: the next one evaluated is on the new grid and takes its place.
    public mutating func resample(_ resample: ([Float]) -> [Float]) {
        acceptedLoss = nil
        refusals = 0
        history.resample(resample)
    }

    // MARK: - Line search

    private mutating func accept(_ parameters: [Float], _ loss: Double, _ gradient: [Float]) {
        VectorMath.copy(parameters, to: &acceptedParameters)
        VectorMath.copy(gradient, to: &acceptedGradient)
        acceptedLoss = loss
        refusals = 0
    }

    /// Proposes a point nearer to the accepted one.
    private mutating func drawBack(_ parameters: inout [Float], move: [Float], by shrinkage: Float) {
        refusals += 1
        let meanMove = Float(VectorMath.sumOfMagnitudes(move) / Double(max(move.count, 1)))
        if refusals == Self.refusalsBeforeRestart || !meanMove.isFinite {
            history.removeAll()
            descend(&parameters, meanMove: meanMove.isFinite ? shrinkage * meanMove : learningRate)
        } else {
            VectorMath.copy(acceptedParameters, to: &parameters)
            VectorMath.add(shrinkage, move, to: &parameters)
        }
    }

    // MARK: - Moves from the accepted point

    /// Proposes a quasi-Newton step, or when there is no history a move of the given size along the gradient.
    private mutating func propose(_ parameters: inout [Float], meanMove: Float) {
        takeFreeGradient()
        if history.applyInverseHessian(to: &direction) != nil {
            move(&parameters, by: -1)
        } else {
            descend(&parameters, meanMove: meanMove)
        }
    }

    private mutating func descend(_ parameters: inout [Float], meanMove: Float) {
        takeFreeGradient()
        let meanMagnitude = VectorMath.sumOfMagnitudes(direction) / Double(max(direction.count, 1))
        let rate = Float(Double(meanMove) / meanMagnitude)
        move(&parameters, by: rate.isFinite ? -rate : 0)
    }

    /// Adds what the move told to the history.
    ///
    /// Returns false when the parameters did not move at all: the step was too short for single precision and would be
    /// repeated for ever. The curvature is then felt anew.
    private mutating func learn(move: [Float], _ gradient: [Float]) -> Bool {
        let change = VectorMath.difference(gradient, acceptedGradient)
        if history.push(move: move, gradientChange: change) { return true }
        if VectorMath.sumOfMagnitudes(move) > 0 { return true }
        history.removeAll()
        return false
    }

    // MARK: - Bounds

    /// Sets `direction` to the accepted gradient, with zeros where a parameter is held at its bound.
    private mutating func takeFreeGradient() {
        VectorMath.copy(acceptedGradient, to: &direction)
        guard let bounds else { return }
        acceptedParameters.withUnsafeBufferPointer { accepted in
            VectorMath.update(&direction) { direction, range in
                let accepted = accepted.baseAddress!
                for index in range { direction[index] = freeSlope(direction[index], at: accepted[index], bounds) }
            }
        }
    }

    /// Sets `parameters` to the accepted point moved by `rate` x `direction`, held and clamped by the bounds.
    private func move(_ parameters: inout [Float], by rate: Float) {
        VectorMath.copy(acceptedParameters, to: &parameters)
        VectorMath.add(rate, direction, to: &parameters)
        guard let bounds else { return }
        VectorMath.clamp(&parameters, to: bounds)
        acceptedParameters.withUnsafeBufferPointer { accepted in
            acceptedGradient.withUnsafeBufferPointer { gradient in
                VectorMath.update(&parameters) { parameters, range in
                    let (accepted, gradient) = (accepted.baseAddress!, gradient.baseAddress!)
                    for index in range {
                        let isFree = freeSlope(gradient[index], at: accepted[index], bounds) == gradient[index]
                        parameters[index] = isFree ? parameters[index] : accepted[index]
                    }
                }
            }
        }
    }
}

/// The derivative with respect to a parameter, or zero where going downhill would take it out of its bounds.
@inline(__always)
private func freeSlope(_ slope: Float, at parameter: Float, _ bounds: ClosedRange<Float>) -> Float {
    // Selections rather than branches: loops over this vectorise.
    let slopeAboveLower = parameter <= bounds.lowerBound ? min(slope, 0) : slope
    return parameter >= bounds.upperBound ? max(slopeAboveLower, 0) : slopeAboveLower
}
