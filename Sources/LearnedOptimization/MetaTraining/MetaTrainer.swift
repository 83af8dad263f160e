import Foundation
import Numerics
import TrainingSessions

/// Learns the weights phi of an optimizer by gradient descent through its trajectories on problems of a family: the
/// meta-training of Andrychowicz et al. 2016.
///
/// A meta-step samples a few problems, walks each for a horizon with the weights of the moment, estimates the gradient of
/// the meta-loss from some of the coordinates (`Trajectory`) and takes a step of Adam. Everything random follows from the
/// seed and the number of the meta-step, so that a resumed run equals an unbroken one.
public struct MetaTrainer: Sendable {
    public struct Settings: Codable, Equatable, Sendable {
        public var preset: LearnedOptimizer.Preset
        /// In all; the learning rate falls to a twentieth along them by a cosine.
        public var metaSteps = 1000
        /// Problems a meta-step.
        public var batch = 4
        /// How many of a problem's coordinates are back-propagated through.
        public var coordinates = 4096
        /// The norm that a problem's gradient is clipped to.
        public var gradientClip = 1.0
        public var seed: UInt64 = 1

        public init(preset: LearnedOptimizer.Preset) { self.preset = preset }
    }

    public struct Report: Sendable {
        /// The steps of this meta-step's trajectories.
        public var horizon: Int
        /// The mean over the problems whose losses and gradients were finite; not a number when there were none.
        public var metaLoss: Double
        /// Of the objectives.
        public var evaluations: Int
    }

    public internal(set) var settings: Settings
    /// Done so far.
    public internal(set) var metaStep = 0
    /// The weights of the moment.
    public internal(set) var current: LearnedOptimizer
    /// The running mean of the weights, which does better in validation than the last.
    public internal(set) var average: LearnedOptimizer
    var kept: (optimizer: LearnedOptimizer, score: Double)?
    var adam: Adam

    /// Begins with weights before any training.
    public init(_ settings: Settings) {
        self.init(
            settings,
            from: LearnedOptimizer(
                untrained: settings.preset.architecture, seed: settings.seed,
                windows: settings.preset.training.windows))
    }

    /// Begins with the weights of an optimizer.
    ///
    /// - Precondition: its architecture is that of the settings.
    public init(_ settings: Settings, from optimizer: LearnedOptimizer) {
        self.settings = settings
        current = LearnedOptimizer(
            settings.preset.architecture, weights: optimizer.weights, preconditioner: optimizer.preconditioner,
            windows: optimizer.windows)
        average = current
        adam = Adam(learningRate: settings.preset.training.learningRate, beta2: 0.99)
    }

    /// One meta-step: the problems are walked side by side, a thread each.
    ///
    /// - Throws: what the family throws.
    public mutating func step(on family: some TaskFamily & Sendable) throws -> Report {
        let horizon = horizon(of: metaStep)
        let unroll = settings.preset.training.unroll > 0 ? min(settings.preset.training.unroll, horizon) : horizon
        var trajectories = try sideBySide(settings.batch) { index in
            var generator = generator(for: index)
            return Trajectory(
                try family.sample(using: &generator), with: current, horizon: horizon, settings.preset.training)
        }
        var metaLosses: [Double] = []
        adam.learningRate = learningRate
        for start in stride(from: 0, to: horizon, by: unroll) {
            let before = trajectories
            let current = current
            let results = try sideBySide(trajectories.count) { index in
                var trajectory = before[index]
                var generator = generator(for: index, stretch: start)
                trajectory.replaceWeights(by: current)
                guard trajectory.isFinite else { return (trajectory, Double.nan, nil as [Double]?) }
                let coordinates = trajectory.draw(settings.coordinates, using: &generator)
                let stretch = trajectory.advance(min(unroll, horizon - start), coordinates: coordinates)
                return (trajectory, stretch.metaLoss, stretch.gradient(of: current))
            }
            trajectories = results.map(\.0)
            let usable = results.filter { $0.1.isFinite && $0.2.map { norm($0).isFinite } == true }
            guard !usable.isEmpty else { continue }
            metaLosses.append(usable.map(\.1).reduce(0, +) / Double(usable.count))
            learn(from: usable.map { $0.2! })
        }
        metaStep += 1
        return Report(
            horizon: horizon, metaLoss: metaLosses.isEmpty ? .nan : metaLosses.reduce(0, +),
            evaluations: trajectories.reduce(0) { $0 + $1.losses.count })
    }

    /// Takes a step against the mean of the gradients, each clipped.
    private mutating func learn(from gradients: [[Double]]) {
        var mean = [Double](repeating: 0, count: current.weights.count)
        for gradient in gradients {
            let norm = max(norm(gradient), .leastNormalMagnitude)
            let share = min(1, settings.gradientClip / norm) / Double(gradients.count)
            for (index, value) in gradient.enumerated() { mean[index] += share * value }
        }
        adam.step(&current.weights, loss: 0, gradient: mean.map { Float($0) })
        // A short memory at first, so that the untrained weights are soon forgotten.
        let decay = min(0.995, Double(metaStep + 1) / Double(metaStep + 10))
        for index in mean.indices {
            let value = decay * Double(average.weights[index]) + (1 - decay) * Double(current.weights[index])
            average.weights[index] = Float(value)
        }
    }

    /// Tells how the average did in validation; lower is better, and the best is kept.
    public mutating func keep(score: Double) {
        if score < kept?.score ?? .infinity { kept = (average, score) }
    }

    /// The best in validation, or the average while there was none.
    public var best: LearnedOptimizer { kept?.optimizer ?? average }

    // MARK: - Schedules

    /// Rises over the first meta-steps, then falls to a twentieth by a cosine.
    private var learningRate: Float {
        let progress = Float(metaStep) / Float(max(settings.metaSteps, 1))
        return cosineSchedule(
            peak: settings.preset.training.learningRate, step: metaStep, warmUp: 20, phase: .pi * min(progress, 1),
            fall: 0.95, to: 0.05)
    }

    /// The longest horizon doubles from 8 over the first part of the run; each meta-step's is a quarter of it to all of it.
    public func horizon(of metaStep: Int) -> Int {
        let longest = settings.preset.training.horizon
        guard settings.preset.training.growsHorizon else { return longest }
        var doublings = 0
        while 8 << (doublings + 1) <= longest { doublings += 1 }
        // An eighth of the run for each horizon before the last, or less if there are more of them than that.
        let stage = min(doublings, metaStep * max(8, doublings + 1) / max(settings.metaSteps, 1))
        let reached = stage == doublings ? longest : 8 << stage
        var generator = SplitMix64(seed: settings.seed &* 0x9E37_79B9 &+ UInt64(metaStep))
        return max(min(4, longest), Int((Float(reached) * pow(0.25, generator.nextUnit())).rounded()))
    }

    /// A generator for one problem of this meta-step, and for one stretch of its trajectory.
    private func generator(for problem: Int, stretch: Int = -1) -> SplitMix64 {
        var generator = SplitMix64(seed: settings.seed)
        for value in [metaStep, problem, stretch + 1] {
            generator = SplitMix64(seed: generator.next() ^ UInt64(value))
        }
        return generator
    }

    /// The results of `body` for each index, in order.
    private func sideBySide<Result>(_ count: Int, _ body: (Int) throws -> Result) throws -> [Result] {
        var results = [Swift.Result<Result, any Error>?](repeating: nil, count: count)
        results.withUnsafeMutableBufferPointer { results in
            Parallel.forEachUnchecked(count) { index, _ in results[index] = Swift.Result { try body(index) } }
        }
        return try results.map { try $0!.get() }
    }
}

private func norm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

extension Trajectory {
    /// So many of the coordinates, each as likely as any other, ascending.
    func draw(_ count: Int, using generator: inout some RandomNumberGenerator) -> [Int] {
        var chosen: Set<Int> = []
        let wanted = min(count, parameterCount)
        while chosen.count < wanted { chosen.insert(Int.random(in: 0..<parameterCount, using: &generator)) }
        return chosen.sorted()
    }
}
