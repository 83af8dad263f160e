import Foundation
import Numerics

/// The valley of Rosenbrock 1960 in n dimensions:
///
///     f(x) = sum_i steepness (x_{i+1} - x_i^2)^2 + (1 - x_i)^2
///
/// Its minimum is 0, where every x_i is 1.
public struct Rosenbrock: Objective, Sendable {
    public let parameterCount: Int
    /// How steep the walls of the valley are; 100 is usual.
    public let steepness: Double

    public var bounds: ClosedRange<Float>? { nil }

    /// The usual start: -1.2, 1, -1.2, 1, ...
    public var start: [Float] { (0..<parameterCount).map { $0 % 2 == 0 ? -1.2 : 1 } }

    public init(parameterCount: Int = 10, steepness: Double = 100) {
        precondition(parameterCount > 1, "a valley takes two dimensions")
        (self.parameterCount, self.steepness) = (parameterCount, steepness)
    }

    /// Computed in double precision.
    public func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        precondition(parameters.count == parameterCount && gradient.count == parameterCount)
        var loss = 0.0
        var slopes = [Double](repeating: 0, count: parameterCount)
        for i in 0..<parameterCount - 1 {
            let (x, next) = (Double(parameters[i]), Double(parameters[i + 1]))
            let (height, distance) = (next - x * x, 1 - x)
            loss += steepness * height * height + distance * distance
            slopes[i] += -4 * steepness * x * height - 2 * distance
            slopes[i + 1] += 2 * steepness * height
        }
        for index in slopes.indices { gradient[index] = Float(slopes[index]) }
        return loss
    }
}

/// Rosenbrock functions of a steepness from 10 to 1000, uniform in its logarithm, each from a start of its own: the
/// usual one plus normal numbers.
public struct RandomRosenbrocks: TaskFamily, Sendable {
    public var parameterCount: Int

    /// The standard deviation of what is added to the usual start.
    private static let startDeviation: Float = 0.3

    public init(parameterCount: Int = 10) {
        precondition(parameterCount > 1)
        self.parameterCount = parameterCount
    }

    public func sample(using generator: inout some RandomNumberGenerator) -> Problem {
        let steepness = pow(10, Double.random(in: 1...3, using: &generator))
        let objective = Rosenbrock(parameterCount: parameterCount, steepness: steepness)
        let noise = generator.normals(parameterCount)
        let start = zip(objective.start, noise).map { $0 + Self.startDeviation * $1 }
        return Problem(name: "rosenbrock", objective: objective, start: start)
    }
}
