/// The point that a line search goes on from, the last that it accepted.
struct AcceptedPoint: Sendable {
    let bounds: ClosedRange<Float>?
    fileprivate(set) var parameters: [Float] = []
    fileprivate(set) var loss = 0.0
    fileprivate(set) var gradient: [Float] = []
    /// The gradient, with zeros where a parameter is held at its bound because going downhill would take it out
    /// (Bertsekas 1982, "Projected Newton methods for optimization problems with simple constraints").
    fileprivate(set) var freeGradient: [Float] = []

    init(bounds: ClosedRange<Float>?) { self.bounds = bounds }

    /// Sets components of a direction to zero where the parameter is held at its bound.
    func hold(_ direction: inout [Float]) {
        guard bounds != nil else { return }
        VectorMath.update(&direction, with: gradient, freeGradient) { $0 = $2 == $1 ? $0 : 0 }
    }

    /// Sets `trial` to this point moved by -`direction`, within the bounds.
    func descend(_ trial: inout [Float], along direction: [Float]) {
        move(&trial, by: -1, along: direction)
        if let bounds { VectorMath.clamp(&trial, to: bounds) }
    }

    /// Sets `trial` to this point moved by `rate` x `direction`, within the bounds or not.
    fileprivate func move(_ trial: inout [Float], by rate: Float, along direction: [Float]) {
        VectorMath.copy(parameters, to: &trial)
        VectorMath.add(rate, direction, to: &trial)
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

/// What led from one accepted point to the next.
struct AcceptedStep: Sendable {
    var pair: CurvaturePair
    /// Of the loss.
    var decrease: Double
    /// Of the objective along the move, at its beginning; not above 0.
    var slope: Double
}

/// What a line search tries.
protocol Proposal {
    /// Sets `trial` to the point to evaluate next.
    ///
    /// - Parameters:
    ///   - trial: as long as the parameters.
    ///   - step: what led to the point; `nil` at the start.
    mutating func propose(_ trial: inout [Float], from point: AcceptedPoint, after step: AcceptedStep?)

    /// Forgets what is known of the curvature, as it has misled: the line search goes on along the gradient.
    mutating func dropCurvature()
}

/// A backtracking line search, which makes divergence impossible: whatever is proposed, the next proposal is made at a
/// point whose loss was low enough. Each trial is an evaluation like any other.
///
/// A trial x is accepted when f(x) <= F + 1e-4 g_a.(x - x_a), where x_a is the last accepted point, g_a the gradient
/// there, x the trial as it was evaluated, clamped or not, and F the highest loss of the last few accepted points:
/// Armijo's rule for one point, and the non-monotone rule of Grippo, Lampariello and Lucidi 1986 for more. A loss or
/// gradient that is not finite is a refusal.
///
/// A refused trial is drawn back towards x_a, to the minimum of the parabola through what is known, but to no less than
/// 0.1 and no more than 0.5 of its distance. After a few refusals the search goes on along the gradient.
struct LineSearch: Sendable {
    /// Trials refused so far.
    private(set) var refusals = 0
    private var point: AcceptedPoint
    /// How many accepted points a trial's loss is compared with; 0 accepts every point that is finite.
    private let memory: Int
    /// The mean absolute move along the gradient where nothing tells how long it should be.
    private let firstMove: Float
    /// Of the last accepted points, the newest last; empty while there is none.
    private var losses: [Double] = []
    /// Trials refused since the last accepted one.
    private var refusalsInARow = 0

    private static let sufficientDecrease = 1e-4
    private static let refusalsBeforeGradient = 4
    /// About as short a move as single precision can feel in parameters in 0...1.
    static let smallestMove: Float = 1e-6

    init(memory: Int, firstMove: Float, bounds: ClosedRange<Float>?) {
        (self.memory, self.firstMove) = (memory, firstMove)
        point = AcceptedPoint(bounds: bounds)
    }

    /// Accepts `parameters` or not, and replaces them by the next trial.
    mutating func step(
        _ parameters: inout [Float], loss: Double, gradient: [Float], _ proposal: inout some Proposal
    ) {
        precondition(gradient.count == parameters.count)
        let isFinite = loss.isFinite && VectorMath.sumOfMagnitudes(gradient).isFinite
        guard let highest = losses.max() else {
            guard isFinite else { return }
            accept(parameters, loss, gradient)
            proposal.propose(&parameters, from: point, after: nil)
            return
        }
        let move = VectorMath.difference(parameters, point.parameters)
        let slope = min(VectorMath.dot(point.gradient, move), 0)
        if isFinite, memory == 0 || loss <= highest + Self.sufficientDecrease * slope {
            let change = VectorMath.difference(gradient, point.gradient)
            let step = AcceptedStep(
                pair: CurvaturePair(move: move, change: change), decrease: point.loss - loss, slope: slope)
            accept(parameters, loss, gradient)
            proposal.propose(&parameters, from: point, after: step)
        } else {
            refusals += 1
            refusalsInARow += 1
            // The minimum of the parabola with the slope and loss at the accepted point and the loss at the trial.
            let excess = loss - (point.loss + slope)
            let shrinkage = isFinite && excess > 0 ? Float(min(max(-slope / (2 * excess), 0.1), 0.5)) : 0.1
            backtrack(&parameters, move, by: shrinkage, &proposal)
        }
    }

    private mutating func accept(_ trial: [Float], _ loss: Double, _ gradient: [Float]) {
        VectorMath.copy(trial, to: &point.parameters)
        VectorMath.copy(gradient, to: &point.gradient)
        VectorMath.copy(gradient, to: &point.freeGradient)
        if let bounds = point.bounds {
            VectorMath.update(&point.freeGradient, with: trial) { $0 = bounds.freeSlope($0, at: $1) }
        }
        point.loss = loss
        if losses.count >= max(memory, 1) { losses.removeFirst() }
        losses.append(loss)
        refusalsInARow = 0
    }

    private func backtrack(
        _ trial: inout [Float], _ move: [Float], by shrinkage: Float, _ proposal: inout some Proposal
    ) {
        let meanMove = Float(VectorMath.meanMagnitude(move))
        guard refusalsInARow == Self.refusalsBeforeGradient || !meanMove.isFinite else {
            return point.move(&trial, by: shrinkage, along: move)
        }
        proposal.dropCurvature()
        var direction = point.freeGradient
        VectorMath.scale(&direction, toMean: meanMove.isFinite ? shrinkage * meanMove : firstMove)
        point.descend(&trial, along: direction)
    }

    /// Forgets the accepted point: the next one evaluated takes its place.
    mutating func reset() {
        losses = []
        refusalsInARow = 0
    }
}
