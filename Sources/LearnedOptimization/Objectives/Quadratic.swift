import Numerics

/// f(x) = ||W x - y||^2, the quadratics of Andrychowicz et al. 2016, section 3.1.
public struct Quadratic: Objective, Sendable {
    /// W, square: `y.count` rows of as many values.
    public let matrix: [Float]
    public let y: [Float]

    public var parameterCount: Int { y.count }
    public var bounds: ClosedRange<Float>? { nil }

    public init(matrix: [Float], y: [Float]) {
        precondition(matrix.count == y.count * y.count, "a row and a column for each of y's values")
        (self.matrix, self.y) = (matrix, y)
    }

    /// Computed in double precision. The gradient is 2 W^T (W x - y).
    public func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double {
        let n = y.count
        precondition(parameters.count == n && gradient.count == n)
        var loss = 0.0
        var slopes = [Double](repeating: 0, count: n)
        for row in 0..<n {
            var residual = -Double(y[row])
            for column in 0..<n { residual += Double(matrix[row * n + column]) * Double(parameters[column]) }
            loss += residual * residual
            for column in 0..<n { slopes[column] += 2 * Double(matrix[row * n + column]) * residual }
        }
        for index in 0..<n { gradient[index] = Float(slopes[index]) }
        return loss
    }
}

/// Quadratics whose W and y are independent standard normal numbers, started from small normal numbers near 0.
public struct RandomQuadratics: TaskFamily, Sendable {
    public var parameterCount: Int

    /// The standard deviation of the start's parameters.
    private static let startDeviation: Float = 0.01

    public init(parameterCount: Int = 10) {
        precondition(parameterCount > 0)
        self.parameterCount = parameterCount
    }

    public func sample(using generator: inout some RandomNumberGenerator) -> Problem {
        let matrix = generator.normals(parameterCount * parameterCount)
        let y = generator.normals(parameterCount)
        let start = generator.normals(parameterCount).map { $0 * Self.startDeviation }
        return Problem(name: "quadratic", objective: Quadratic(matrix: matrix, y: y), start: start)
    }
}
