import Kernels

/// Something the LSTM sees of one coordinate. None changes when the objective is multiplied by a constant.
///
/// g is the gradient, with zeros where a bound holds the parameter; s the last move and tau its root mean square; r the
/// root mean square of g over all coordinates.
public enum CoordinateInput: String, Codable, Sendable {
    /// asinh(d / tau), d being the direction of L-BFGS
    case direction
    /// asinh(d' / tau), d' being the mean of d over the planes: a pixel's colours
    case planeMeanOfDirection = "common-direction"
    /// asinh(d'' / tau), d'' being that over 9x9 neighbours
    case broadDirection = "broad-direction"
    /// asinh(s / tau)
    case move
    /// asinh(gamma g / tau), gamma being the newest pair's inverse curvature
    case plainStep = "plain-step"
    /// asinh(g / r)
    case gradient
    /// asinh(m / r), m being the running mean of g with a memory of 10 steps
    case momentum
    /// tanh(g / rms g), the root mean square being over time with a memory of 20 steps
    case gradientOverTime = "gradient-over-time"
    /// 2 x - 1 with the bounds scaled to 0...1; 0 without bounds
    case parameter
    /// asinh of the mean of g / r over the planes: a pixel's colours
    case planeMean = "plane-mean"
    /// asinh of the mean of g / r over the 3x3 neighbours of the same plane
    case neighbourhoodMean = "neighbourhood-mean"
    /// (log|g| / p, sign g) where |g| >= e^-p, elsewhere (-1, e^p g), with p = 10: two inputs (Andrychowicz et al.
    /// 2016, appendix A). g is in units of its mean magnitude at the start.
    case logarithmAndSign = "logarithm-and-sign"

    /// How many numbers it is.
    var rows: Int { self == .logarithmAndSign ? 2 : 1 }

    /// Whether this is seen by an optimizer with or without a quasi-Newton direction.
    func isKnown(isQuasiNewton: Bool) -> Bool {
        switch self {
        case .parameter, .gradientOverTime: true
        case .logarithmAndSign: !isQuasiNewton
        default: isQuasiNewton
        }
    }
}

/// What an optimizer sees at an accepted point: vectors as long as the parameters, and the units to see them in.
///
/// See `CoordinateInput` for what is made of them. Vectors that an architecture has no use for are empty.
struct Observation {
    var bounds: ClosedRange<Float>?
    var parameters: [Float]
    /// g, with zeros where a bound holds the parameter.
    var gradient: [Float]
    var averages: GradientAverages
    /// Of g.
    var planeMean: [Float] = [], neighbourhoodMean: [Float] = []
    var basis = QuasiNewtonBasis()
    /// r
    var gradientSize: Float = 0
    /// What makes gradients of order one, for `logarithmAndSign`.
    var gradientUnit: Float = 1

    private static var vectors: [WritableKeyPath<Observation, [Float]>] {
        [
            \.parameters, \.gradient, \.averages.momentum, \.averages.meanSquare, \.planeMean, \.neighbourhoodMean,
            \.basis.direction, \.basis.gradient, \.basis.move, \.basis.planeMeanOfDirection, \.basis.broadDirection,
        ]
    }

    /// The same of some coordinates alone.
    func gathered(_ coordinates: [Int]) -> Observation {
        var some = self
        for vector in Self.vectors where !self[keyPath: vector].isEmpty {
            let all = self[keyPath: vector]
            some[keyPath: vector] = coordinates.map { all[$0] }
        }
        return some
    }

    private static let logarithmRange: Float = 10

    /// Writes the inputs of the coordinates in `range` to consecutive rows, `stride` apart.
    func write(
        _ inputs: [CoordinateInput], of range: Range<Int>, to rows: UnsafeMutablePointer<Float>, stride: Int,
        kernels: KernelSet
    ) {
        var row = rows
        let count = range.count
        func read(_ vector: [Float], _ body: (UnsafePointer<Float>) -> Void) {
            vector.withUnsafeBufferPointer { body($0.baseAddress! + range.lowerBound) }
        }
        func asinh(_ vector: [Float], over unit: Float) {
            // A unit of zero is that of a vector of zeros.
            read(vector) { kernels.asinh($0, scale: unit > 0 ? 1 / unit : 0, count: count, to: row) }
        }
        for input in inputs {
            switch input {
            case .direction: asinh(basis.direction, over: basis.moveSize)
            case .planeMeanOfDirection: asinh(basis.planeMeanOfDirection, over: basis.moveSize)
            case .broadDirection: asinh(basis.broadDirection, over: basis.moveSize)
            case .move: asinh(basis.move, over: basis.moveSize)
            case .plainStep: asinh(gradient, over: basis.moveSize / basis.inverseCurvature)
            case .gradient: asinh(gradient, over: gradientSize)
            case .momentum: asinh(averages.momentum, over: gradientSize)
            case .planeMean: asinh(planeMean, over: gradientSize)
            case .neighbourhoodMean: asinh(neighbourhoodMean, over: gradientSize)
            case .gradientOverTime:
                read(gradient) { gradient in
                    read(averages.meanSquare) { meanSquare in
                        kernels.tanhRatio(
                            gradient, meanSquare, squareScale: averages.meanSquareCorrection, count: count, to: row)
                    }
                }
            case .parameter:
                let scale = bounds.map { 2 / ($0.upperBound - $0.lowerBound) } ?? 0
                let offset = bounds.map { -1 - $0.lowerBound * scale } ?? 0
                read(parameters) { kernels.affine($0, scale: scale, offset: offset, count: count, to: row) }
            case .logarithmAndSign:
                read(gradient) {
                    kernels.logarithmAndSign(
                        $0, scale: gradientUnit, range: Self.logarithmRange, count: count, logarithm: row,
                        sign: row + stride)
                }
            }
            row += input.rows * stride
        }
    }
}

/// Running means over time of the gradient and of its square.
struct GradientAverages: Sendable {
    /// Memories of 10 and of 20 steps.
    private static let momentumDecay: Float = 0.9, squareDecay: Float = 0.95

    fileprivate(set) var momentum: [Float] = []
    fileprivate(set) var meanSquare: [Float] = []
    /// What makes the mean square that of the steps there were, rather than of zeros before them.
    var meanSquareCorrection: Float { 1 / (1 - squarePower) }
    private var squarePower: Float = 1
    private let hasMomentum: Bool
    private let hasMeanSquare: Bool

    /// - Parameter inputs: say which of the two are needed.
    init(_ inputs: [CoordinateInput]) {
        hasMomentum = inputs.contains(.momentum)
        hasMeanSquare = inputs.contains(.gradientOverTime)
    }

    mutating func add(_ gradient: [Float]) {
        squarePower *= Self.squareDecay
        if hasMomentum { Self.update(&momentum, gradient, Self.momentumDecay) { $0 } }
        if hasMeanSquare { Self.update(&meanSquare, gradient, Self.squareDecay) { $0 * $0 } }
    }

    @inline(__always)
    private static func update(
        _ mean: inout [Float], _ gradient: [Float], _ decay: Float, _ term: (Float) -> Float
    ) {
        if mean.isEmpty { mean = [Float](repeating: 0, count: gradient.count) }
        VectorMath.update(&mean, with: gradient) { $0 = decay * $0 + (1 - decay) * term($1) }
    }
}
