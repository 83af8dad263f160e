extension LearnedOptimizer {
    /// What the LSTM sees, what its outputs do, and how it is taught: all that tells one kind of learned optimizer from
    /// another, as data. It is written into weight files.
    public struct Preset: Codable, Equatable, Sendable {
        public var name: String
        /// Units a layer.
        public var hidden: Int
        public var layers: Int
        /// What is seen of each coordinate.
        public var inputs: [CoordinateInput]
        /// What is seen of the walk as a whole.
        public var sharedInputs: [SharedInput]
        public var update: Update
        /// A proposed point is accepted when its loss is below the highest of so many accepted before (Grippo, Lampariello
        /// and Lucidi 1986); 0 accepts every point that has a finite loss and gradient.
        public var guardMemory: Int
        public var training: Training

        /// What a step makes of the LSTM's outputs o.
        public enum Update: Codable, Equatable, Sendable {
            /// u = scale o
            case scaledOutput(scale: Float)
            /// u = -(exp(A tanh o1) d + B tanh(o2) gamma g + D (tanh(o5) d' + tanh(o6) d'')) + C tanh(o3) s + R tau tanh(o4),
            /// with d = H g the direction of L-BFGS from so many pairs and the optimizer's preconditioner and windows, d' and
            /// d'' its means over the planes and over 9x9 neighbours, gamma an inverse curvature, s the last move and tau its
            /// root mean square. With o = 0, the identity for a preconditioner and one window it is L-BFGS, whose first
            /// step, before there are pairs, is d = gamma g of mean size tau = 0.02.
            case quasiNewton(pairs: Int, direction: Float, gradient: Float, move: Float, free: Float, means: Float)

            var outputs: Int {
                switch self {
                case .scaledOutput: 1
                case .quasiNewton: 6
                }
            }

            /// Whether it begins with the direction of L-BFGS, so that outputs of zero are a sensible step already.
            public var isQuasiNewton: Bool {
                switch self {
                case .scaledOutput: false
                case .quasiNewton: true
                }
            }
        }

        /// How the weights are learned unless somebody says otherwise.
        public struct Training: Codable, Equatable, Sendable {
            /// What an optimizer to be trained has for its `windows`; most problems are too small for more than one.
            public var windows: Int
            /// The steps of the longest trajectory, after each of which there is an evaluation.
            public var horizon: Int
            /// Steps that are back-propagated through at once; 0 is the whole trajectory.
            public var unroll: Int
            public var loss: MetaLoss
            /// How much of a displacement the next step leaves, where the gradient of the meta-loss is concerned: 1 takes later
            /// steps as given, as the paper does.
            ///
            /// The exact adjoint of theta_t is w_t grad f_t + (I + H_t du_t/dg)^T times the next one's. The factor is 0
            /// for a step of Newton's method and I for steps that do not heed the gradient; a number in between stands for
            /// it.
            public var persistence: Float
            /// Adam's.
            public var learningRate: Float
            /// Whether trajectories are short at first and grow to the horizon.
            public var growsHorizon: Bool
        }
    }

    /// What is summed over a trajectory and minimised over phi.
    public enum MetaLoss: String, Codable, Sendable {
        /// f(theta_t), as in the paper.
        case loss
        /// log((f(theta_t) - c) / (f(theta_0) - c)) with c nine tenths of the trajectory's lowest loss, or 0 if that is
        /// negative: no odd problem drowns the others, nor the part of a loss that nobody can remove the progress late in a
        /// walk. An excess below a millionth of f(theta_0) counts as that. The last quarter counts three times.
        case logExcess = "log-excess"
    }
}

extension LearnedOptimizer.Preset {
    /// An LSTM that begins as L-BFGS and learns when and where to depart from it.
    public static let quasiNewton = Self(
        name: "quasi-newton", hidden: 10, layers: 1,
        inputs: [
            .direction, .commonDirection, .broadDirection, .move, .plainStep, .gradient, .momentum, .gradientOverTime,
            .parameter, .planeMean, .neighbourhoodMean,
        ],
        sharedInputs: SharedInput.allCases,
        update: .quasiNewton(pairs: 5, direction: 1.5, gradient: 0.5, move: 0.5, free: 0.5, means: 1),
        guardMemory: 1,
        training: .init(
            windows: 5, horizon: 64, unroll: 0, loss: .logExcess, persistence: 0.9, learningRate: 3e-3,
            growsHorizon: true))

    /// "Learning to learn by gradient descent by gradient descent" (Andrychowicz et al. 2016), section 3.4: two layers of
    /// 20 units over the logarithm and sign of the gradient, a tenth of the output, 128 steps with gradients through 32.
    public static let andrychowicz2016 = Self(
        name: "andrychowicz2016", hidden: 20, layers: 2, inputs: [.logarithmAndSign], sharedInputs: [],
        update: .scaledOutput(scale: 0.1), guardMemory: 0,
        training: .init(
            windows: 1, horizon: 128, unroll: 32, loss: .loss, persistence: 1, learningRate: 1e-3,
            growsHorizon: false))

    public static let all = [quasiNewton, andrychowicz2016]
}

/// Something the LSTM sees of one coordinate. None changes when the objective is multiplied by a constant.
///
/// g is the gradient, with zeros where a bound holds the parameter; s the last move and tau its root mean square; r the
/// root mean square of g over all coordinates.
public enum CoordinateInput: String, Codable, Sendable {
    /// asinh(d / tau), d being the direction of L-BFGS
    case direction
    /// asinh(d' / tau), d' being the mean of d over the planes: a pixel's colours
    case commonDirection = "common-direction"
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
    /// (log|g| / p, sign g) where |g| >= e^-p, elsewhere (-1, e^p g), with p = 10: two inputs (Andrychowicz et al. 2016,
    /// appendix A). g is in units of its mean magnitude at the start.
    case logarithmAndSign = "logarithm-and-sign"

    var rows: Int { self == .logarithmAndSign ? 2 : 1 }
}

/// Something the LSTM sees of the walk as a whole, scaled and clamped to order one. f is the loss, an index 0 the start, an
/// apostrophe the last point and t the number of points accepted so far.
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
