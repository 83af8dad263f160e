import FeatureNetwork
import Foundation
import Imaging
import LearnedOptimization
import Numerics

/// Paints a content picture in the style of others: walks its pixels downhill on the objective, coarse to fine.
public struct Stylizer: Sendable {
    /// Where the walk starts.
    public enum Start: Equatable, Sendable {
        case content
        case noise
        case picture(Picture)
    }

    /// A style picture and its share when there are several.
    public struct Style: Equatable, Sendable {
        public var picture: Picture
        public var weight: Float

        public init(_ picture: Picture, weight: Float = 1) {
            self.picture = picture
            self.weight = weight
        }
    }

    /// What walks downhill.
    public enum Optimizer: Equatable, Sendable {
        case baseline(BaselineOptimizer)
        case learned(LearnedOptimizer)
    }

    public struct Settings: Equatable, Sendable {
        public var objective = ObjectiveSettings()
        /// L-BFGS by default: a learned optimizer is for the network it was trained with.
        public var optimizer = Optimizer.baseline(.lbfgs)
        /// The step size of an optimizer made by hand; `nil` takes its own.
        public var learningRate: Float?
        /// How many curvature pairs L-BFGS keeps.
        public var history = 10
        /// Evaluations of the objective over all scales; `nil` takes the default schedule.
        public var steps: Int?
        /// The longest edge of the result in pixels; `nil` is the content's own.
        public var size: Int?
        /// How large the style is, its area being that of the result at 1: larger means larger strokes.
        public var styleScale: Float = 1
        public var start = Start.content
        /// How the content's colours are kept; `nil` takes the style's.
        public var colorPreservation: ColorPreservation?
        /// How much of the painting shows over the content, 0...1.
        public var strength: Float = 1
        public var seed: UInt64 = 0

        public init() {}
    }

    /// What is known after a step.
    public struct Progress {
        /// Steps done and in all, over every scale.
        public var step: Int
        public var stepCount: Int
        /// The scale being worked on, from 0.
        public var scale: Int
        public var scaleCount: Int
        /// The size being worked on, in pixels.
        public var width: Int
        public var height: Int
        public var loss: Double
        /// The share of all the work that is done, 0...1, a step counted by the time it takes.
        public var fraction: Double
        /// The best picture so far, at the size being worked on.
        public var picture: () -> Picture
    }

    public enum Decision: Sendable {
        case carryOn
        /// Stop after this step; the best so far is the result.
        case stop
    }

    public struct Result: Sendable {
        public var picture: Picture
        /// The objective's value at `picture`, at the last size worked on.
        public var loss: Double
        /// Evaluations of the objective made.
        public var steps: Int
        /// Whether `progress` asked to stop before the end.
        public var wasStopped: Bool
    }

    public let network: FeatureNetwork
    public let settings: Settings

    /// - Throws: `StyleTransferError` when `settings` name a layer the network does not have, or a number is out of
    ///   range.
    public init(network: FeatureNetwork, settings: Settings) throws {
        try settings.validate(for: network)
        self.network = network
        self.settings = settings
    }

    /// The size of the result for a content of the given size, in pixels.
    public func outputSize(for content: Picture) -> PictureSize {
        settings.size.map { content.size.withLongestEdge($0) } ?? content.size
    }

    /// About how many bytes it takes to paint so many results of that size at a time.
    public func memoryNeeded(width: Int, height: Int, count: Int = 1) -> Double {
        let pixels = Double(width) * Double(height)
        let taps = settings.objective.taps
        let bytesPerPixel = network.bytesPerPixel(upTo: taps)
        let schedule = Schedule(width: width, height: height, optimizer: settings.optimizer, steps: settings.steps)
        let state = Double(bytesOfState(steps: schedule.steps) + 10 * MemoryLayout<Float>.stride)
        let walk = bytesPerPixel * 4 / 3 + 3 * state
        let style = bytesPerPixel * pow(Double(settings.styleScale), 2)
        return 50e6 + network.bytesOfWeights(upTo: taps) + Double(count) * (pixels * max(walk, style) + bytesOfStyle)
    }

    /// - Parameters:
    ///   - count: so many of them at a time.
    ///   - besides: the bytes that something else takes, such as the pictures that it is painted from.
    /// - Throws: `StyleTransferError` when there is not the memory that a result of that size takes.
    public func requireMemory(width: Int, height: Int, count: Int = 1, besides: Double = 0) throws {
        let needed = besides + memoryNeeded(width: width, height: height, count: count)
        let available = Memory.available
        guard needed <= available else {
            throw StyleTransferError.needsMoreMemory(
                width: width, height: height, count: count, needed: needed, available: available)
        }
    }

    /// About how many bytes the matrices of the style take, some ten of a layer's on each level.
    private var bytesOfStyle: Double {
        settings.objective.styleLayers.reduce(0) { total, layer in
            let channels = Double(network.channels(of: layer.name) ?? 0)
            return total + Double(settings.objective.pyramidLevels * 10 * MemoryLayout<Double>.stride) * channels
                * channels
        }
    }

    /// About how many bytes the optimizer keeps for each value of a picture.
    private func bytesOfState(steps: Int) -> Int {
        switch settings.optimizer {
        case .baseline(.lbfgs): (2 * min(settings.history, steps) + 5) * MemoryLayout<Float>.stride
        case .baseline: 5 * MemoryLayout<Float>.stride
        case .learned(let learned): learned.bytesPerParameter
        }
    }

    /// Paints one picture.
    ///
    /// - Parameters:
    ///   - styles: at least one.
    ///   - progress: called after each step; its answer carries on or stops.
    /// - Throws: `StyleTransferError` when there is no style, or none with a weight, or not enough memory.
    public func stylize(
        _ content: Picture, styles: [Style], progress: (Progress) -> Decision = { _ in .carryOn }
    ) throws -> Result {
        try stylize(content, styles: prepare(styles), progress: progress)
    }

    /// Makes styles ready for many contents, which then share what is computed of them.
    ///
    /// - Throws: `StyleTransferError` when there is no style, or none with a weight.
    public func prepare(_ styles: [Style]) throws -> PreparedStyles {
        guard styles.contains(where: { $0.weight > 0 }), styles.allSatisfy({ $0.weight.isFinite && $0.weight >= 0 })
        else { throw StyleTransferError.outOfRange("style weights must be 0 or more, and one of them more than 0") }
        return PreparedStyles(styles.filter { $0.weight > 0 }, network: network, settings: settings)
    }

    /// Paints one of many pictures in the same styles.
    ///
    /// - Parameters:
    ///   - styles: prepared by this stylizer.
    ///   - progress: called after each step; its answer carries on or stops.
    /// - Throws: `StyleTransferError` when there is not enough memory.
    public func stylize(
        _ content: Picture, styles: PreparedStyles, progress: (Progress) -> Decision = { _ in .carryOn }
    ) throws -> Result {
        let output = outputSize(for: content)
        try requireMemory(width: output.width, height: output.height)
        let styles =
            if let preservation = settings.colorPreservation, preservation.changesStyle {
                styles.recolored(preservation, like: content)
            } else {
                styles
            }
        let schedule = Schedule(
            width: output.width, height: output.height, optimizer: settings.optimizer, steps: settings.steps)
        var optimizer: (any LearnedOptimization.Optimizer)?
        var painting = start(from: content, at: schedule.scales[0])
        var (loss, stepsDone, workDone, wasStopped) = (Double.infinity, 0, 0.0, false)

        for (index, scale) in schedule.scales.enumerated() {
            if index > 0 {
                let coarser = painting.planes
                painting = painting.resized(to: scale.size)
                var resamplable = optimizer as? any ResamplableOptimizer
                resamplable?.resample { values in
                    var planes = coarser.withMargin
                    planes.values = values
                    return planes.withoutMargin(width: coarser.width, height: coarser.height)
                        .resampled(height: scale.height, width: scale.width).withMargin.values
                }
                // A learned optimizer begins again: in training it always started afresh.
                optimizer = resamplable
            }
            let objective = StyleTransferObjective(
                network: network, content: content.resized(to: scale.size).planes.withMargin,
                style: try styles.targets(for: scale.size))
            func painted(_ values: [Float]) -> Picture {
                Picture(objective.planes(values).withoutMargin(width: scale.width, height: scale.height))
            }
            if optimizer == nil { optimizer = makeOptimizer(for: objective, evaluations: scale.steps) }
            let minimum = Self.minimize(
                objective, from: painting.planes.withMargin.values, with: &optimizer!, evaluations: scale.steps
            ) { evaluation in
                stepsDone += 1
                workDone += scale.work / Double(scale.steps)
                let decision = progress(
                    Progress(
                        step: stepsDone, stepCount: schedule.steps, scale: index, scaleCount: schedule.scales.count,
                        width: scale.width, height: scale.height, loss: evaluation.bestLoss,
                        fraction: workDone / schedule.work, picture: { painted(evaluation.bestParameters) }))
                return decision == .stop ? .stop : .carryOn
            }
            painting = painted(minimum.parameters)
            loss = minimum.loss
            wasStopped = minimum.wasStopped
            if wasStopped { break }
        }
        painting = finish(painting.resized(to: output), of: content)
        return Result(picture: painting, loss: loss, steps: stepsDone, wasStopped: wasStopped)
    }

    /// The opaque picture the walk starts from, at the first scale.
    private func start(from content: Picture, at scale: Schedule.Scale) -> Picture {
        var picture: Picture
        switch settings.start {
        case .content: picture = content.resized(to: scale.size)
        case .picture(let start): picture = start.resized(to: scale.size)
        case .noise:
            var generator = SplitMix64(seed: settings.seed)
            let pixels = (0..<3 * scale.width * scale.height).map { _ in generator.nextUnit() }
            picture = Picture(width: scale.width, height: scale.height, pixels: pixels)
        }
        picture.alpha = nil
        return picture
    }

    /// What is done to the painting when it is ready.
    private func finish(_ painting: Picture, of content: Picture) -> Picture {
        let content = content.resized(to: painting.size)
        var painting = settings.colorPreservation?.painting(painting, of: content) ?? painting
        if settings.strength < 1 {
            let mask = Planes(
                count: 1, height: painting.height, width: painting.width, repeating: settings.strength)
            painting = content.covered(by: [(painting, mask)])
        }
        painting.alpha = content.alpha
        return painting
    }

    private func makeOptimizer(
        for objective: StyleTransferObjective, evaluations: Int
    ) -> any LearnedOptimization.Optimizer {
        switch settings.optimizer {
        case .baseline(let kind):
            kind.make(learningRate: settings.learningRate, history: settings.history, bounds: objective.bounds)
        case .learned(let learned): learned.optimizer(for: objective, horizon: evaluations)
        }
    }

    /// Opens the optimizer's box, so that each kind runs its own code.
    private static func minimize(
        _ objective: StyleTransferObjective, from start: [Float],
        with optimizer: inout any LearnedOptimization.Optimizer, evaluations: Int,
        onEvaluation: (Evaluation) -> Continuation
    ) -> Minimum {
        func run<Kind: LearnedOptimization.Optimizer>(_ kind: Kind) -> Minimum {
            var kind = kind
            defer { optimizer = kind }
            return LearnedOptimization.minimize(
                objective, from: start, with: &kind, evaluations: evaluations, onEvaluation: onEvaluation)
        }
        return run(optimizer)
    }
}

extension Stylizer.Settings {
    /// - Throws: `StyleTransferError`.
    public func validate(for network: FeatureNetwork) throws {
        try objective.validate(for: network)
        func check(_ isFine: Bool, _ message: @autoclosure () -> String) throws {
            guard isFine else { throw StyleTransferError.outOfRange(message()) }
        }
        if let learningRate {
            try check(
                learningRate.isFinite && learningRate > 0, "the learning rate must be more than 0, not \(learningRate)")
        }
        try check(history > 0, "L-BFGS keeps at least 1 curvature pair, not \(history)")
        let most = 1_000_000_000
        try check(steps.map { (1...most).contains($0) } ?? true, "there can be 1 to \(most) steps")
        try check(size.map { (1...most).contains($0) } ?? true, "the size must be 1 to \(most) pixels")
        try check((0...1).contains(strength), "the strength must be 0 to 1, not \(strength)")
        try check(
            styleScale.isFinite && styleScale > 0, "the style scale must be more than 0, not \(styleScale)")
    }
}
