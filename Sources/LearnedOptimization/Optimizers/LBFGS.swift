/// L-BFGS (Liu and Nocedal 1989) with a backtracking line search, for parameters within bounds.
///
/// The first move goes along the gradient, by 2 % of the range 0...1 in the mean: the textbook's first step, of length
/// 1 or 1 / |g|, is far too short for a picture. After that each move is the quasi-Newton step -H g, tried at full
/// length.
///
/// A parameter at a bound with the gradient pushing outwards stays, and the quasi-Newton step is taken in the others
/// (Bertsekas 1982, "Projected Newton methods for optimization problems with simple constraints"). Without this the
/// direction is spoilt by gradients that cannot be followed: on quadratics with half of the parameters at a bound it
/// takes two to ten times the evaluations to come within 0.01 % of the minimum, and may never come nearer.
public struct LBFGS: ResamplableOptimizer, Sendable {
    /// The mean absolute first move. Parameters are expected in 0...1.
    public static let defaultLearningRate: Float = 0.02

    private var search: LineSearch
    private var proposal: QuasiNewtonProposal

    /// - Parameters:
    ///   - learningRate: the mean absolute move of a step along the gradient, with which every history begins.
    ///   - history: the most curvature pairs kept; each takes two vectors of the parameters' length.
    ///   - bounds: the interval that the objective keeps every parameter in, if any.
    public init(
        learningRate: Float = defaultLearningRate, history: Int = 10, bounds: ClosedRange<Float>? = nil
    ) {
        search = LineSearch(memory: 1, firstMove: learningRate, bounds: bounds)
        proposal = QuasiNewtonProposal(firstMove: learningRate, CurvatureHistory(capacity: history))
    }

    public var learningRate: Float { proposal.firstMove }
    public var refusals: Int { search.refusals }

    public mutating func step(_ parameters: inout [Float], loss: Double, gradient: [Float]) {
        search.step(&parameters, loss: loss, gradient: gradient, &proposal)
    }

    /// Drops the accepted point: the next one evaluated is on the new grid and takes its place.
    public mutating func resample(_ resample: ([Float]) -> [Float]) {
        search.reset()
        proposal.resample(resample)
    }
}
