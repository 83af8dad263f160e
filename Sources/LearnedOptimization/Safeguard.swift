/// The last accepted point of a walk, which makes divergence impossible: whatever is proposed, the walk goes on from a
/// point whose loss was low enough.
///
/// A trial x is accepted when f(x) <= F + 1e-4 g_a.(x - x_a), where x_a is the last accepted point, g_a the gradient there,
/// and F the highest loss of the last few accepted points: Armijo's rule for one point, and the non-monotone rule of
/// Grippo, Lampariello and Lucidi 1986 for more. A loss or gradient that is not finite is a refusal.
struct Safeguard: Sendable {
    /// How many accepted points a trial's loss is compared with.
    let memory: Int
    let bounds: ClosedRange<Float>?

    private(set) var parameters: [Float] = []
    private(set) var gradient: [Float] = []
    /// Of the last accepted points, the newest last; empty while there is none.
    private(set) var losses: [Double] = []
    /// Trials refused since the last accepted one.
    private(set) var refusals = 0

    private static let sufficientDecrease = 1e-4

    init(memory: Int, bounds: ClosedRange<Float>?) {
        (self.memory, self.bounds) = (memory, bounds)
    }

    enum Verdict {
        /// There is no point to go on from.
        case unusable
        case first
        /// `slope` is g_a.move, not above 0.
        case accepted(move: [Float], gradientChange: [Float], decrease: Double, slope: Double)
        case refused(Retreat)
    }

    /// Where to go from the accepted point after a refusal.
    struct Retreat {
        /// From the accepted point to the refused trial.
        fileprivate var move: [Float]
        /// The mean magnitude of its components.
        fileprivate var meanMove: Float
        fileprivate var shrinkage: Float
        /// What is known of the curvature has misled: the way is the gradient's.
        var isAlongGradient: Bool
    }

    /// About as short as single precision can feel in parameters in 0...1.
    static let smallestMove: Float = 1e-6
    private static let refusalsBeforeGradient = 4

    mutating func judge(_ trial: [Float], loss: Double, gradient trialGradient: [Float]) -> Verdict {
        let isFinite = loss.isFinite && VectorMath.sumOfMagnitudes(trialGradient).isFinite
        guard let last = losses.last else {
            guard isFinite else { return .unusable }
            accept(trial, loss, trialGradient)
            return .first
        }
        let move = VectorMath.difference(trial, parameters)
        let slope = min(VectorMath.dot(gradient, move), 0)
        if isFinite, memory == 0 || loss <= losses.max()! + Self.sufficientDecrease * slope {
            let change = VectorMath.difference(trialGradient, gradient)
            accept(trial, loss, trialGradient)
            return .accepted(move: move, gradientChange: change, decrease: last - loss, slope: slope)
        }
        refusals += 1
        // The minimum of the parabola with the slope and loss at the accepted point and the loss at the trial.
        let excess = loss - (last + slope)
        let shrinkage = isFinite && excess > 0 ? min(max(-slope / (2 * excess), 0.1), 0.5) : 0.1
        let meanMove = Float(VectorMath.sumOfMagnitudes(move) / Double(max(move.count, 1)))
        return .refused(
            Retreat(
                move: move, meanMove: meanMove, shrinkage: Float(shrinkage),
                isAlongGradient: refusals == Self.refusalsBeforeGradient || !meanMove.isFinite))
    }

    private mutating func accept(_ trial: [Float], _ loss: Double, _ trialGradient: [Float]) {
        VectorMath.copy(trial, to: &parameters)
        VectorMath.copy(trialGradient, to: &gradient)
        if losses.count >= max(memory, 1) { losses.removeFirst() }
        losses.append(loss)
        refusals = 0
    }

    /// Forgets the accepted point.
    mutating func reset() {
        losses = []
        refusals = 0
    }

    // MARK: - Moves from the accepted point

    /// Sets `trial` to a point nearer to the accepted one than the refused trial; or, when that was no point at all,
    /// `firstMove` along the gradient.
    func take(_ retreat: Retreat, firstMove: Float, _ trial: inout [Float]) {
        if retreat.isAlongGradient {
            let meanMove = retreat.meanMove.isFinite ? retreat.shrinkage * retreat.meanMove : firstMove
            descend(&trial, meanMove: meanMove)
        } else {
            move(&trial, by: retreat.shrinkage, along: retreat.move)
        }
    }

    /// Sets `trial` to the accepted point moved by `rate` x `direction`, unclamped.
    func move(_ trial: inout [Float], by rate: Float, along direction: [Float]) {
        VectorMath.copy(parameters, to: &trial)
        VectorMath.add(rate, direction, to: &trial)
    }

    /// Sets `trial` to the accepted point moved along the gradient by `meanMove` in the mean over coordinates.
    func descend(_ trial: inout [Float], meanMove: Float) {
        var direction: [Float] = []
        takeFreeGradient(&direction)
        let meanMagnitude = VectorMath.sumOfMagnitudes(direction) / Double(max(direction.count, 1))
        let rate = Float(Double(meanMove) / meanMagnitude)
        move(&trial, by: rate.isFinite ? -rate : 0, along: direction)
        if let bounds { VectorMath.clamp(&trial, to: bounds) }
    }

    // MARK: - Bounds

    /// Sets `vector` to the accepted gradient, with zeros where a parameter is held at its bound because going downhill
    /// would take it out (Bertsekas 1982, "Projected Newton methods for optimization problems with simple constraints").
    func takeFreeGradient(_ vector: inout [Float]) {
        guard let bounds, vector.count == gradient.count else {
            VectorMath.copy(gradient, to: &vector)
            if bounds != nil { takeFreeGradient(&vector) }
            return
        }
        parameters.withUnsafeBufferPointer { accepted in
            gradient.withUnsafeBufferPointer { gradient in
                VectorMath.update(&vector, sharing: (accepted, gradient)) { vector, shared, range in
                    let (accepted, gradient) = (shared.0.baseAddress!, shared.1.baseAddress!)
                    for index in range { vector[index] = bounds.freeSlope(gradient[index], at: accepted[index]) }
                }
            }
        }
    }

    /// Sets components of a direction to zero where the parameter is held at its bound.
    func hold(_ direction: inout [Float]) {
        guard let bounds else { return }
        parameters.withUnsafeBufferPointer { accepted in
            gradient.withUnsafeBufferPointer { gradient in
                VectorMath.update(&direction, sharing: (accepted, gradient)) { direction, shared, range in
                    let (accepted, gradient) = (shared.0.baseAddress!, shared.1.baseAddress!)
                    for index in range {
                        let isFree = bounds.freeSlope(gradient[index], at: accepted[index]) == gradient[index]
                        direction[index] = isFree ? direction[index] : 0
                    }
                }
            }
        }
    }
}

extension ClosedRange<Float> {
    /// The derivative with respect to a parameter in this range, or zero where going downhill would take it out.
    @inline(__always)
    func freeSlope(_ slope: Float, at parameter: Float) -> Float {
        // Selections rather than branches: loops over this vectorise.
        let slopeAboveLower = parameter <= lowerBound ? Swift.min(slope, 0) : slope
        return parameter >= upperBound ? Swift.max(slopeAboveLower, 0) : slopeAboveLower
    }
}
