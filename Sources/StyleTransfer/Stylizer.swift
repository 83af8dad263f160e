import FeatureNetwork
import Imaging
import LearnedOptimization

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

    public struct Settings: Equatable, Sendable {
        public var objective = ObjectiveSettings()
        public var optimizer: HandMadeOptimizer = .lbfgs
        /// The step size; `nil` takes the optimizer's own.
        public var learningRate: Float?
        /// How many curvature pairs L-BFGS keeps.
        public var history = 10
        /// Evaluations of the objective over all scales; `nil` takes the default schedule.
        public var steps: Int?
        /// The longest edge of the result in pixels; `nil` is the content's own.
        public var size: Int?
        /// The style's size relative to the result's: larger means larger strokes.
        public var styleScale: Float = 1
        public var start = Start.content
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
        /// The share of all the work that is done, 0...1, a step counted by its pixels.
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

    /// - Throws: `StyleTransferError` when `settings` name a layer the network does not have, or a number is out of range.
    public init(network: FeatureNetwork, settings: Settings) throws {
        self.network = network
        self.settings = settings
    }

    /// - Parameter progress: called after each step; its answer carries on or stops.
    public func stylize(
        _ content: Picture, styles: [Style], progress: (Progress) -> Decision = { _ in .carryOn }
    ) -> Result {
        Result(picture: content, loss: 0, steps: 0, wasStopped: false)
    }
}
