import Kernels
import Numerics

/// A coordinate-wise LSTM that minimises: m with parameters phi of Andrychowicz et al. 2016, "Learning to learn by
/// gradient descent by gradient descent".
///
/// Every coordinate has an LSTM state of its own; the weights are shared, so that an optimizer of about a thousand numbers
/// works on any number of parameters.
public struct LearnedOptimizer: Equatable, Sendable {
    public let preset: Preset
    /// phi: the LSTM's weights in the order of `LSTMShape.tensors`.
    public internal(set) var weights: [Float]
    /// What the update's quasi-Newton direction, if it has one, begins with.
    public internal(set) var preconditioner: Preconditioner
    /// On so many `GridWindows` along the shorter edge that direction has curvatures of their own; with 1 it is L-BFGS's.
    public let windows: Int
    /// What the file says of its making, by key.
    public var record: [String: String] = [:]

    /// Weights before any training: random gates, and a head that is zero when the preset has L-BFGS to begin with.
    public init(
        untrained preset: Preset, seed: UInt64 = 1, preconditioner: Preconditioner = .identity, windows: Int = 1
    ) {
        (self.preset, self.preconditioner, self.windows) = (preset, preconditioner, windows)
        let shape = preset.shape
        var generator = SplitMix64(seed: seed)
        weights = [Float](repeating: 0, count: shape.weightCount)
        let limit = 1 / Float(shape.hidden).squareRoot()
        for (name, _, range) in shape.tensors {
            if name.hasPrefix("head"), preset.update.isQuasiNewton { continue }
            for index in range { weights[index] = (2 * generator.nextUnit() - 1) * limit }
            if name.hasPrefix("bias") {
                // Gates that remember at first (Gers et al. 2000).
                for unit in 0..<shape.hidden { weights[range.lowerBound + shape.hidden + unit] = 1 }
            }
        }
    }

    init(
        preset: Preset, weights: [Float], preconditioner: Preconditioner, windows: Int, record: [String: String] = [:]
    ) {
        precondition(weights.count == preset.shape.weightCount)
        (self.preset, self.weights, self.record) = (preset, weights, record)
        (self.preconditioner, self.windows) = (preconditioner, windows)
    }

    /// The weights, ready to run.
    var network: CoordinateLSTM { CoordinateLSTM(preset.shape, weights: weights) }

    /// What a walk keeps for each parameter at most, besides the caller's parameters and gradient: the LSTM's h and c in 16
    /// bits, the curvature pairs, and some vectors.
    public var bytesPerParameter: Int {
        let state = 2 * MemoryLayout<UInt16>.stride * preset.layers * preset.hidden
        var vectors = 10
        if case .quasiNewton(let pairs, _, _, _, _, _) = preset.update { vectors += 2 * pairs }
        return state + vectors * MemoryLayout<Float>.stride
    }

    /// An optimizer with fresh state.
    ///
    /// - Parameter horizon: how many steps the walk will have, give or take one; the LSTM paces itself by it.
    public func optimizer(for objective: some Objective, horizon: Int) -> LearnedWalk {
        LearnedWalk(self, bounds: objective.bounds, grid: objective.grid, horizon: horizon)
    }
}

extension LearnedOptimizer.Preset {
    var shape: LSTMShape {
        LSTMShape(
            inputs: inputs.reduce(0) { $0 + $1.rows }, sharedInputs: sharedInputs.count, hidden: hidden, layers: layers,
            outputs: update.outputs)
    }
}
