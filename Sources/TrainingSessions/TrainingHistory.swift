/// What came of a training so far, and what it has to beat.
public struct TrainingHistory: Codable, Equatable, Sendable {
    /// How something that is not trained did in the same validation.
    public struct Baseline: Codable, Equatable, Sendable {
        public var name: String
        public var values: [Double]

        public init(name: String, values: [Double]) { (self.name, self.values) = (name, values) }

        public var mean: Double { values.mean }
    }

    public struct Validation: Codable, Equatable, Sendable {
        /// How many steps there had been.
        public var step: Int
        public var values: [Double]

        public var mean: Double { values.mean }
    }

    public private(set) var baselines: [Baseline]
    public internal(set) var validations: [Validation] = []
    /// The running mean of the loss that training brings down.
    public private(set) var loss: Double?
    /// Of all steps, those before a break included.
    public private(set) var work = 0

    /// The share of the past in the running mean.
    private static let memory = 0.98

    public init(baselines: [Baseline] = []) { self.baselines = baselines }

    /// The best by the mean of its values.
    public var best: Validation? { validations.min { $0.mean < $1.mean } }

    mutating func add(_ step: TrainingStep) {
        work += step.work
        guard step.loss.isFinite else { return }
        loss = loss.map { Self.memory * $0 + (1 - Self.memory) * step.loss } ?? step.loss
    }
}

extension [Double] {
    fileprivate var mean: Double { reduce(0, +) / Double(count) }
}
