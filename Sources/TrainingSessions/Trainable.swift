/// What the number of a training's steps may be.
public let trainingStepsRange = 1...1_000_000_000

/// What a `TrainingSession` trains: it takes steps, is validated, and can be kept.
///
/// Everything random in a step follows from a seed and the step's number, so that a resumed training equals an
/// unbroken one.
public protocol Trainable {
    /// What its checkpoints are of, with their version; others are refused.
    static var checkpointKind: String { get }

    /// Those before a break included.
    var stepsDone: Int { get }
    /// In all; settled before the first.
    var steps: Int { get set }

    mutating func step() throws -> TrainingStep
    /// How it does on what is held out, by some points of view; lower is better.
    mutating func validate() -> [Double]
    /// Adds all that it takes to go on from here.
    func write(to checkpoint: inout Checkpoint)

    /// How long a step takes compared with others, counted from 0.
    func cost(ofStep index: Int) -> Double
}

extension Trainable {
    public func cost(ofStep index: Int) -> Double { 1 }
}

/// What came of one step.
public struct TrainingStep: Sendable {
    /// What is minimised; not a number when the step came to nothing.
    public var loss: Double
    /// In whatever unit the trained one works.
    public var work: Int
    /// What else there is to say of it.
    public var facts: [String]

    public init(loss: Double, work: Int, facts: [String] = []) {
        (self.loss, self.work, self.facts) = (loss, work, facts)
    }
}

// MARK: - As many steps as there is time for

extension Trainable {
    private static var pilotSteps: Int { 5 }
    private static var sampleSteps: Int { 200 }

    /// Plans about as many steps as there is time for, going by the first few of a copy.
    ///
    /// - Parameter validations: how many there will be.
    public mutating func planSteps(until deadline: ContinuousClock.Instant, validations: Int) throws {
        var pilot = self
        let began = ContinuousClock.now
        _ = pilot.validate()
        let validated = ContinuousClock.now
        var cost = 0.0
        for _ in 0..<Self.pilotSteps {
            cost += pilot.cost(ofStep: pilot.stepsDone)
            _ = try pilot.step()
        }
        let now = ContinuousClock.now
        let left = now.duration(to: deadline) - began.duration(to: validated) * validations
        steps = steps(worth: left / validated.duration(to: now) * cost)
    }

    /// About how many steps a training of so much cost has, at least one.
    public func steps(worth cost: Double) -> Int {
        // The costs of a training, whatever its length, are those of another, stretched.
        var sample = self
        sample.steps = Self.sampleSteps
        let costOfSample = (0..<sample.steps).reduce(0.0) { $0 + sample.cost(ofStep: $1) }
        let most = Double(trainingStepsRange.upperBound)
        return max(1, Int(min(cost / costOfSample * Double(sample.steps), most)))
    }
}
