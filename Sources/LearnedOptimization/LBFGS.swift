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

    // The last accepted point: where every trial starts from. Without a loss there is none yet.
    private var acceptedParameters: [Float] = []
    private var acceptedGradient: [Float] = []
    private var acceptedLoss: Double?
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
        if refusals == Self.refusalsBeforeRestart, !history.isEmpty {
            history.removeAll()
            let meanMove = VectorMath.sumOfMagnitudes(move) / Double(move.count)
            descend(&parameters, meanMove: shrinkage * Float(meanMove))
        } else {
            VectorMath.copy(acceptedParameters, to: &parameters)
            VectorMath.add(shrinkage, move, to: &parameters)
        }
    }

    // MARK: - Moves from the accepted point

    /// Proposes a quasi-Newton step, or one of that size along the gradient when there is no history.
    private mutating func propose(_ parameters: inout [Float], meanMove: Float) {
        if let direction = history.direction(gradient: freeGradient()) {
            move(&parameters, by: -1, along: direction.vector)
        } else {
            descend(&parameters, meanMove: meanMove)
        }
    }

    private func descend(_ parameters: inout [Float], meanMove: Float) {
        let gradient = freeGradient()
        let meanMagnitude = VectorMath.sumOfMagnitudes(gradient) / Double(max(gradient.count, 1))
        let rate = Float(Double(meanMove) / meanMagnitude)
        move(&parameters, by: rate.isFinite ? -rate : 0, along: gradient)
    }

    /// Adds what the move told to the history.
    ///
    /// Returns false when the parameters did not move at all: the step was too short for single precision and would be
    /// repeated for ever. The curvature is then felt anew.
    private mutating func learn(move: [Float], _ gradient: [Float]) -> Bool {
        guard VectorMath.sumOfMagnitudes(move) > 0 else {
            history.removeAll()
            return false
        }
        history.push(move: move, gradientChange: VectorMath.difference(gradient, acceptedGradient))
        return true
    }

    // MARK: - Bounds

    /// The accepted gradient, zero where a parameter is held at its bound.
    private func freeGradient() -> [Float] {
        guard let bounds else { return acceptedGradient }
        return withAcceptedPoint { parameters, gradient in
            VectorMath.vector(acceptedGradient.count) { free, range in
                for index in range {
                    free[index] = isHeld(parameters[index], gradient[index], bounds) ? 0 : gradient[index]
                }
            }
        }
    }

    /// Sets `parameters` to the accepted point moved by `rate` x `direction`, held and clamped by the bounds.
    private func move(_ parameters: inout [Float], by rate: Float, along direction: [Float]) {
        guard let bounds else {
            VectorMath.copy(acceptedParameters, to: &parameters)
            VectorMath.add(rate, direction, to: &parameters)
            return
        }
        let (lower, upper) = (bounds.lowerBound, bounds.upperBound)
        withAcceptedPoint { accepted, gradient in
            direction.withUnsafeBufferPointer { direction in
                VectorMath.update(&parameters) { parameters, range in
                    let direction = direction.baseAddress!
                    for index in range {
                        let moved = min(max(accepted[index] + rate * direction[index], lower), upper)
                        parameters[index] = isHeld(accepted[index], gradient[index], bounds) ? accepted[index] : moved
                    }
                }
            }
        }
    }

    private func withAcceptedPoint<Result>(
        _ body: (_ parameters: UnsafeBufferPointer<Float>, _ gradient: UnsafeBufferPointer<Float>) -> Result
    ) -> Result {
        acceptedParameters.withUnsafeBufferPointer { parameters in
            acceptedGradient.withUnsafeBufferPointer { gradient in body(parameters, gradient) }
        }
    }
}

/// Whether a parameter is at a bound and going downhill would take it outside.
@inline(__always)
private func isHeld(_ parameter: Float, _ slope: Float, _ bounds: ClosedRange<Float>) -> Bool {
    (parameter <= bounds.lowerBound && slope > 0) || (parameter >= bounds.upperBound && slope < 0)
}
