import Kernels
import LearnedOptimization
import Numerics

extension SplitMix64 {
    mutating func vector(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}

/// (1/2n) (x - target)' Q' diag(eigenvalues) Q (x - target), with Q a product of random reflections and eigenvalues
/// spread evenly in their logarithm from 1 / condition to 1. Computed in double precision.
struct Quadratic: Objective {
    var target: [Double]
    var eigenvalues: [Double]
    var reflections: [[Double]]
    var bounds: ClosedRange<Float>?
    var grid: Grid

    var parameterCount: Int { target.count }

    init(
        _ count: Int, condition: Double = 1e3, targets: ClosedRange<Float> = 0...1, bounds: ClosedRange<Float>? = nil,
        grid: Grid? = nil, seed: UInt64
    ) {
        var random = SplitMix64(seed: seed)
        target = random.vector(count, in: targets).map(Double.init)
        eigenvalues = (0..<count).map { power(condition, -Double($0) / Double(max(count - 1, 1))) }
        reflections = (0..<4).map { _ in
            let normal = random.vector(count).map(Double.init)
            let length = zip(normal, normal).map(*).reduce(0, +).squareRoot()
            return normal.map { $0 / length }
        }
        self.bounds = bounds
        self.grid = grid ?? .unordered(count)
    }

    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        var offset = zip(parameters, target).map { Double($0) - $1 }
        for normal in reflections { reflect(&offset, normal) }
        let count = Double(target.count)
        let loss = zip(offset, eigenvalues).map { $0 * $0 * $1 }.reduce(0, +) / (2 * count)
        offset = zip(offset, eigenvalues).map { $0 * $1 / count }
        for normal in reflections.reversed() { reflect(&offset, normal) }
        gradient = offset.map(Float.init)
        return loss
    }

    private func reflect(_ vector: inout [Double], _ normal: [Double]) {
        let projection = zip(vector, normal).map(*).reduce(0, +)
        for index in vector.indices { vector[index] -= 2 * projection * normal[index] }
    }
}

private func power(_ base: Double, _ exponent: Double) -> Double {
    // Powers by repeated square roots: without Foundation, and the same on every machine.
    var (result, factor, remainder) = (1.0, exponent < 0 ? 1 / base : base, exponent.magnitude)
    while remainder >= 1 { (result, remainder) = (result * factor, remainder - 1) }
    for _ in 0..<52 {
        (factor, remainder) = (factor.squareRoot(), remainder * 2)
        if remainder >= 1 { (result, remainder) = (result * factor, remainder - 1) }
    }
    return result
}

/// The mean of 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2, with the usual box -2...2 mapped to parameters in 0...1.
struct Rosenbrock: Objective {
    var parameterCount: Int
    var bounds: ClosedRange<Float>? { nil }

    /// The usual start, -1.2, 1, -1.2, 1, ...
    var start: [Float] { (0..<parameterCount).map { $0 % 2 == 0 ? 0.2 : 0.75 } }

    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        let x = parameters.map { 4 * Double($0) - 2 }
        var slopes = [Double](repeating: 0, count: x.count)
        var loss = 0.0
        for i in 0..<x.count - 1 {
            let (curve, distance) = (x[i + 1] - x[i] * x[i], 1 - x[i])
            loss += 100 * curve * curve + distance * distance
            slopes[i] += -400 * x[i] * curve - 2 * distance
            slopes[i + 1] += 200 * curve
        }
        gradient = slopes.map { Float(4 * $0 / Double(x.count)) }
        return loss / Double(x.count)
    }
}

/// Another objective times a constant.
struct Scaled<Base: Objective>: Objective {
    var base: Base
    var factor: Double

    var parameterCount: Int { base.parameterCount }
    var bounds: ClosedRange<Float>? { base.bounds }

    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        let loss = base.evaluate(parameters, gradient: &gradient)
        gradient = gradient.map { Float(Double($0) * factor) }
        return loss * factor
    }
}

/// Another objective that has no gradient, and unless `keepsLoss` no loss, wherever a parameter exceeds `limit`.
struct UndefinedBeyond<Base: Objective>: Objective {
    var base: Base
    var limit: Float
    var keepsLoss = false

    var parameterCount: Int { base.parameterCount }
    var bounds: ClosedRange<Float>? { base.bounds }

    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        let loss = base.evaluate(parameters, gradient: &gradient)
        guard parameters.contains(where: { $0 > limit }) else { return loss }
        gradient = gradient.map { _ in .nan }
        return keepsLoss ? loss : .nan
    }
}
