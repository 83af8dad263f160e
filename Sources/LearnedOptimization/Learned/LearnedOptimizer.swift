internal import DefaultWeights
import Kernels
import Numerics

/// A coordinate-wise LSTM that minimises: m with parameters phi of Andrychowicz et al. 2016, "Learning to learn by
/// gradient descent by gradient descent".
///
/// Every coordinate has an LSTM state of its own; the weights are shared, so that an optimizer of about a thousand
/// numbers works on any number of parameters.
public struct LearnedOptimizer: Equatable, Sendable {
    public let architecture: Architecture
    /// phi: the LSTM's weights in the order of `LSTMShape.tensors`.
    public internal(set) var weights: [Float]
    /// What the update's quasi-Newton direction, if it has one, begins with.
    public internal(set) var preconditioner: Preconditioner
    /// On so many `GridWindows` along the shorter edge that direction has curvatures of their own; with 1 it is
    /// L-BFGS's.
    public let windows: Int
    /// What the file says of its making, by key.
    public var record: [String: String] = [:]

    /// The optimizer of `weights/optimizer.safetensors`: the quasi-Newton preset, trained on style transfers with the
    /// built-in feature network.
    public static let builtIn = try! LearnedOptimizer(
        safetensors: Array(UnsafeRawBufferPointer(start: default_optimizer(), count: default_optimizer_size())))

    /// Weights before any training: random gates, and a head that is zero when there is L-BFGS to begin with.
    public init(
        untrained architecture: Architecture, seed: UInt64 = 1, preconditioner: Preconditioner = .identity,
        windows: Int = 1
    ) {
        (self.architecture, self.preconditioner, self.windows) = (architecture, preconditioner, windows)
        let shape = architecture.shape
        var generator = SplitMix64(seed: seed)
        weights = [Float](repeating: 0, count: shape.weightCount)
        let limit = 1 / Float(shape.hidden).squareRoot()
        for (name, _, range) in shape.tensors {
            if name.hasPrefix("head"), architecture.update.isQuasiNewton { continue }
            for index in range { weights[index] = (2 * generator.nextUnit() - 1) * limit }
            if name.hasPrefix("bias") {
                // Gates that remember at first (Gers et al. 2000).
                for unit in 0..<shape.hidden { weights[range.lowerBound + shape.hidden + unit] = 1 }
            }
        }
    }

    init(
        _ architecture: Architecture, weights: [Float], preconditioner: Preconditioner, windows: Int,
        record: [String: String] = [:]
    ) {
        precondition(weights.count == architecture.shape.weightCount)
        (self.architecture, self.weights, self.record) = (architecture, weights, record)
        (self.preconditioner, self.windows) = (preconditioner, windows)
    }

    /// The weights, ready to run.
    var network: CoordinateLSTM { CoordinateLSTM(architecture.shape, weights: weights) }

    /// What a run keeps for each parameter at most, besides the caller's parameters and gradient: the LSTM's h and c in
    /// 16 bits, the curvature pairs, and some vectors.
    public var bytesPerParameter: Int {
        let state = 2 * MemoryLayout<UInt16>.stride * architecture.layers * architecture.hidden
        var vectors = 10
        if case .quasiNewton(let update) = architecture.update { vectors += 2 * update.pairs }
        return state + vectors * MemoryLayout<Float>.stride
    }

    /// An optimizer with fresh state.
    ///
    /// - Parameter horizon: how many steps the run will have, give or take one; the LSTM paces itself by it.
    public func optimizer(for objective: some Objective, horizon: Int) -> State {
        State(self, bounds: objective.bounds, grid: objective.grid, horizon: horizon)
    }
}
