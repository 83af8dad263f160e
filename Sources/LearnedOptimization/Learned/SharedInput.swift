import Foundation

/// Something the LSTM sees of the run as a whole, scaled and clamped to order one. f is the loss, an index 0 the start,
/// an apostrophe the last point and t the number of points accepted so far.
public enum SharedInput: String, Codable, CaseIterable, Sendable {
    /// log(f / f0)
    case progress
    /// log(f' / f)
    case decrease
    /// The decrease over what the slope at the last point promised.
    case agreement
    /// cos(g, g')
    case gradientTurn = "gradient-turn"
    /// cos(s, g)
    case moveSlope = "move-slope"
    /// log of the ratio of the two step sizes of Barzilai and Borwein 1988, (s.s / s.y) / (s.y / y.y): how unequal the
    /// curvatures are along the last move
    case conditioning
    /// log tau
    case moveSize = "move-size"
    /// t / T, T being the horizon
    case time
    /// tanh(t / 10)
    case beginning
    /// log T
    case horizon
}

/// What the shared inputs are made of.
struct SharedInputState: Sendable {
    let horizon: Int
    /// How many points were accepted.
    private var count = 0
    private var firstLoss = 0.0
    /// g.g at the last accepted point, of the whole gradient.
    private var gradientSquare = 0.0

    init(horizon: Int) { self.horizon = max(horizon, 1) }

    /// Takes another accepted point into account, and gives the inputs there.
    mutating func advance(
        to point: AcceptedPoint, after step: AcceptedStep?, _ inputs: [SharedInput]
    ) -> [Float] {
        if count == 0 { firstLoss = point.loss }
        count += 1
        let lastGradientSquare = gradientSquare
        gradientSquare = VectorMath.dot(point.gradient, point.gradient)
        return inputs.map { Float(value(of: $0, point.loss, step, lastGradientSquare: lastGradientSquare)) }
    }

    private func value(
        of input: SharedInput, _ loss: Double, _ step: AcceptedStep?, lastGradientSquare: Double
    ) -> Double {
        let tiny = Double.leastNormalMagnitude
        let (decrease, slope) = (step?.decrease ?? 0, step?.slope ?? 0)
        switch input {
        case .progress: return clamp(log(max(ratio(loss, firstLoss), 0) + 1e-6), -6, 2) / 2
        case .decrease: return clamp(4 * log(max(loss + decrease, tiny) / max(loss, tiny)), -3, 3)
        case .agreement: return clamp(decrease / max(-slope, tiny) - 0.5, -2, 2)
        case .time: return min(Double(count) / Double(horizon), 1)
        case .beginning: return tanh(Double(count) / 10)
        case .horizon: return log(Double(horizon)) / 5
        case .gradientTurn, .moveSlope, .conditioning, .moveSize:
            guard let pair = step?.pair else { return 0 }
            switch input {
            case .gradientTurn:
                // g.g' from |g - g'|^2
                let product = (gradientSquare + lastGradientSquare - pair.changeChange) / 2
                return clamp(ratio(product, (gradientSquare * lastGradientSquare).squareRoot()), -1, 1)
            case .moveSlope:
                // s.g = s.g' + s.y
                let product = slope + pair.moveChange
                return clamp(ratio(product, (pair.moveMove * gradientSquare).squareRoot()), -1, 1)
            case .conditioning:
                guard pair.isUsable else { return 2 }
                let ratio = pair.moveMove * pair.changeChange / (pair.moveChange * pair.moveChange)
                return clamp(log(ratio), 0, 6) / 3
            default:
                return clamp(log(max(pair.moveSize, tiny) / Double(LBFGS.defaultLearningRate)), -6, 3) / 3
            }
        }
    }
}

private func clamp(_ value: Double, _ low: Double, _ high: Double) -> Double { min(max(value, low), high) }

/// numerator / denominator, or 0 where that is not to be had.
private func ratio(_ numerator: Double, _ denominator: Double) -> Double {
    denominator > 0 && numerator.isFinite ? numerator / denominator : 0
}
