import LearnedOptimization

/// An objective of one's own: a signal x near a measured one y whose neighbours differ little,
/// f(x) = mean (x_i - y_i)^2 + smoothness mean sqrt((x_{i+1} - x_i)^2 + 1e-4).
public struct Denoising: Objective {
    public var measured: [Float]
    public var smoothness: Float = 1
    public var parameterCount: Int { measured.count }
    public var bounds: ClosedRange<Float>? { 0...1 }
    public var grid: Grid { Grid(planes: 1, height: 1, width: measured.count) }

    public func evaluate(_ x: [Float], gradient: inout [Float]) -> Double {
        var (loss, share) = (0.0, 1 / Float(x.count))
        for i in x.indices {
            let difference = x[i] - measured[i]
            loss += Double(share * difference * difference)
            gradient[i] = 2 * share * difference
        }
        share *= smoothness
        for i in x.indices.dropLast() {
            let slope = x[i + 1] - x[i]
            let length = (slope * slope + 1e-4).squareRoot()
            loss += Double(share * length)
            gradient[i] -= share * slope / length
            gradient[i + 1] += share * slope / length
        }
        return loss
    }
}

/// Steps of random height, measured with noise.
public struct NoisySteps: TaskFamily, Sendable {
    public init() {}

    public func sample(using generator: inout some RandomNumberGenerator) -> Problem {
        let steps = (0..<8).map { _ in Float.random(in: 0.2...0.8, using: &generator) }
        let measured = (0..<256).map { steps[$0 / 32] + .random(in: -0.2...0.2, using: &generator) }
        return Problem(name: "steps", objective: Denoising(measured: measured), start: measured)
    }
}
