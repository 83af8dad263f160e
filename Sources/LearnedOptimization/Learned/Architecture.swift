import Kernels

extension LearnedOptimizer {
    /// What the LSTM sees and what its outputs do: all that tells one kind of learned optimizer from another, as data.
    /// It is written into weight files.
    public struct Architecture: Codable, Equatable, Sendable {
        /// Of the preset that it is, or is a variation of.
        public var name: String
        /// Units a layer.
        public var hidden: Int
        public var layers: Int
        /// What is seen of each coordinate.
        public var inputs: [CoordinateInput]
        /// What is seen of the run as a whole.
        public var sharedInputs: [SharedInput]
        public var update: Update
        /// A proposed point is accepted when its loss is below the highest of so many accepted before (Grippo,
        /// Lampariello and Lucidi 1986); 0 accepts every point that has a finite loss and gradient.
        public var lineSearchMemory: Int

        private enum CodingKeys: String, CodingKey {
            case name, hidden, layers, inputs, sharedInputs, update
            case lineSearchMemory = "guardMemory"
        }
    }
}

extension LearnedOptimizer.Architecture {
    /// An LSTM that begins as L-BFGS and learns when and where to depart from it.
    public static let quasiNewton = Self(
        name: "quasi-newton", hidden: 10, layers: 1,
        inputs: [
            .direction, .planeMeanOfDirection, .broadDirection, .move, .plainStep, .gradient, .momentum,
            .gradientOverTime, .parameter, .planeMean, .neighbourhoodMean,
        ],
        sharedInputs: SharedInput.allCases,
        update: .quasiNewton(.init(pairs: 5, direction: 1.5, gradient: 0.5, move: 0.5, free: 0.5, means: 1)),
        lineSearchMemory: 1)

    /// "Learning to learn by gradient descent by gradient descent" (Andrychowicz et al. 2016), section 3.4: two layers
    /// of 20 units over the logarithm and sign of the gradient, and a tenth of the output.
    public static let andrychowicz2016 = Self(
        name: "andrychowicz2016", hidden: 20, layers: 2, inputs: [.logarithmAndSign], sharedInputs: [],
        update: .scaledOutput(scale: 0.1), lineSearchMemory: 0)

    var shape: LSTMShape {
        LSTMShape(
            inputs: inputs.reduce(0) { $0 + $1.rows }, sharedInputs: sharedInputs.count, hidden: hidden, layers: layers,
            outputs: update.outputs)
    }

    /// What these numbers may be.
    public static let hiddenRange = 1...LSTMShape.mostUnits, layersRange = 1...16
    static let windowsRange = 1...100

    /// Whether an optimizer can be made of it, as of what a damaged file says it may not.
    var isSound: Bool {
        update.isSound && Self.hiddenRange.contains(hidden) && Self.layersRange.contains(layers)
            && !inputs.isEmpty && inputs.allSatisfy { $0.isKnown(isQuasiNewton: update.isQuasiNewton) }
            && shape.inputs + shape.sharedInputs + hidden <= LSTMShape.mostRows
            && (0...1000).contains(lineSearchMemory)
    }
}
