import Foundation

extension LearnedOptimizer {
    /// A kind of learned optimizer, and how it is trained.
    public struct Preset: Equatable, Sendable {
        public var architecture: Architecture
        public var training: Training

        public init(architecture: Architecture, training: Training) {
            (self.architecture, self.training) = (architecture, training)
        }

        /// Trained as the preset that the architecture is, or is a variation of.
        public init(of architecture: Architecture) {
            let preset = Self.all.first { $0.name == architecture.name } ?? .quasiNewton
            self.init(architecture: architecture, training: preset.training)
        }

        public var name: String { architecture.name }

        /// How the weights are learned unless somebody says otherwise.
        public struct Training: Codable, Equatable, Sendable {
            /// What an optimizer to be trained has for its `windows`; most problems are too small for more than one.
            public var windows: Int
            /// The steps of the longest trajectory, after each of which there is an evaluation.
            public var horizon: Int
            /// Steps that are back-propagated through at once; 0 is the whole trajectory.
            public var unroll: Int
            public var loss: MetaLoss
            /// How much of a displacement the next step leaves, where the gradient of the meta-loss is concerned: 1
            /// takes later steps as given, as the paper does.
            ///
            /// The exact adjoint of theta_t is w_t grad f_t + (I + H_t du_t/dg)^T times the next one's. The factor is 0
            /// for a step of Newton's method and I for steps that do not heed the gradient; a number in between stands
            /// for it.
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
        /// negative: no odd problem drowns the others, nor the part of a loss that nobody can remove the progress late
        /// in a run. An excess below a millionth of f(theta_0) counts as that. The last quarter counts three times.
        case logExcess = "log-excess"

        /// What evaluation `index` adds to the meta-loss, and the derivative of that with respect to its loss.
        func term(of losses: [Double], at index: Int, horizon: Int) -> (value: Double, slope: Double) {
            switch self {
            case .loss: return (losses[index] / Double(horizon), 1 / Double(horizon))
            case .logExcess:
                let weight = (4 * index >= 3 * horizon ? 3 : 1) / (1.5 * Double(horizon))
                // The part that no optimizer removes is not known; most of the lowest loss so far stands for it.
                let floor = 0.9 * max(losses.min()!, 0)
                // A loss that falls to nothing is not worth more than one that falls to a millionth.
                let (excess, least) = (losses[index] - floor, 1e-6 * losses[0])
                return (
                    weight * (log(max(excess, least)) - log(losses[0] - floor)), excess > least ? weight / excess : 0
                )
            }
        }
    }
}

extension LearnedOptimizer.Preset {
    public static let quasiNewton = Self(
        architecture: .quasiNewton,
        training: .init(
            windows: 5, horizon: 64, unroll: 0, loss: .logExcess, persistence: 0.9, learningRate: 3e-3,
            growsHorizon: true))

    /// As in the paper: 128 steps with gradients through 32.
    public static let andrychowicz2016 = Self(
        architecture: .andrychowicz2016,
        training: .init(
            windows: 1, horizon: 128, unroll: 32, loss: .loss, persistence: 1, learningRate: 1e-3,
            growsHorizon: false))

    public static let all = [quasiNewton, andrychowicz2016]

    public static let horizonRange = 1...1_000_000

    /// Whether something can be trained by it.
    var isSound: Bool {
        architecture.isSound && LearnedOptimizer.Architecture.windowsRange.contains(training.windows)
            && Self.horizonRange.contains(training.horizon) && training.unroll >= 0
            && (0...1).contains(training.persistence) && training.learningRate > 0 && training.learningRate <= 1
    }
}

/// The architecture's members, and those of `training` under its name.
extension LearnedOptimizer.Preset: Codable {
    private enum Key: CodingKey { case training }

    public init(from decoder: any Decoder) throws {
        architecture = try .init(from: decoder)
        training = try decoder.container(keyedBy: Key.self).decode(Training.self, forKey: .training)
    }

    public func encode(to encoder: any Encoder) throws {
        try architecture.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(training, forKey: .training)
    }
}
