import Kernels

extension LearnedOptimizer {
    /// What a step makes of the LSTM's outputs o.
    public enum Update: Equatable, Sendable {
        /// u = scale o
        case scaledOutput(scale: Float)
        /// Begins with the direction of L-BFGS, so that outputs of zero are a sensible step already.
        case quasiNewton(QuasiNewtonUpdate)
    }

    /// u = -(exp(A tanh o1) d + B tanh(o2) gamma g + D (tanh(o5) d' + tanh(o6) d'')) + C tanh(o3) s + R tau tanh(o4)
    ///
    /// with d = H g the direction of L-BFGS from so many pairs and the optimizer's preconditioner and windows, d' and
    /// d'' its means over the planes and over 9x9 neighbours, gamma an inverse curvature, s the last move and tau its
    /// root mean square. With o = 0, the identity for a preconditioner and one window it is L-BFGS, whose first step,
    /// before there are pairs, is d = gamma g of mean size tau = 0.02.
    public struct QuasiNewtonUpdate: Codable, Equatable, Sendable {
        public var pairs: Int
        /// A, B, C, R and D
        public var direction: Float, gradient: Float, move: Float, free: Float, means: Float

        fileprivate func rule(_ basis: QuasiNewtonBasis) -> QuasiNewtonRule {
            QuasiNewtonRule(
                direction: direction, gradient: gradient * basis.inverseCurvature, move: move,
                free: free * basis.moveSize, means: means)
        }
    }
}

/// What a quasi-Newton step is a combination of.
struct QuasiNewtonBasis {
    /// d, g, s, d' and d''
    var direction: [Float] = [], gradient: [Float] = [], move: [Float] = []
    var planeMeanOfDirection: [Float] = [], broadDirection: [Float] = []
    /// gamma
    var inverseCurvature: Float = 0
    /// tau
    var moveSize: Float = 0

    /// Gives `body` the addresses of d, g, s, d' and d'' from coordinate `start` on.
    fileprivate func withPointers(from start: Int, _ body: ([UnsafePointer<Float>]) -> Void) {
        func open(_ vectors: ArraySlice<[Float]>, _ pointers: [UnsafePointer<Float>]) {
            guard let first = vectors.first else { return body(pointers) }
            first.withUnsafeBufferPointer { open(vectors.dropFirst(), pointers + [$0.baseAddress! + start]) }
        }
        open([direction, gradient, move, planeMeanOfDirection, broadDirection], [])
    }
}

extension LearnedOptimizer.Update {
    var outputs: Int { isQuasiNewton ? 6 : 1 }

    public var isQuasiNewton: Bool { if case .quasiNewton = self { true } else { false } }

    var isSound: Bool {
        switch self {
        case .scaledOutput(let scale): scale.isFinite
        case .quasiNewton(let it):
            (1...100).contains(it.pairs)
                && [it.direction, it.gradient, it.move, it.free, it.means].allSatisfy(\.isFinite)
        }
    }

    /// Writes the moves of the coordinates in `range` that the LSTM's outputs, rows `stride` apart, stand for.
    func write(
        moves: UnsafeMutablePointer<Float>, outputs: UnsafePointer<Float>, stride: Int, _ basis: QuasiNewtonBasis,
        of range: Range<Int>, kernels: KernelSet
    ) {
        switch self {
        case .scaledOutput(let scale):
            kernels.affine(outputs, scale: scale, offset: 0, count: range.count, to: moves)
        case .quasiNewton(let update):
            basis.withPointers(from: range.lowerBound) {
                kernels.quasiNewtonMove(
                    update.rule(basis), outputs: outputs, stride: stride, direction: $0[0], gradient: $0[1],
                    move: $0[2],
                    common: $0[3], broad: $0[4], count: range.count, to: moves)
            }
        }
    }

    /// Writes the gradient with respect to the outputs, rows `stride` apart as these are, given that with respect to
    /// the moves of all coordinates.
    func writeGradient(
        _ gradient: UnsafeMutablePointer<Float>, upstream: [Float], outputs: UnsafePointer<Float>, stride: Int,
        _ basis: QuasiNewtonBasis, of range: Range<Int>, kernels: KernelSet
    ) {
        upstream.withUnsafeBufferPointer { upstream in
            let upstream = upstream.baseAddress! + range.lowerBound
            switch self {
            case .scaledOutput(let scale):
                kernels.affine(upstream, scale: scale, offset: 0, count: range.count, to: gradient)
            case .quasiNewton(let update):
                basis.withPointers(from: range.lowerBound) {
                    kernels.quasiNewtonMoveGradient(
                        update.rule(basis), upstream: upstream, outputs: outputs, stride: stride, direction: $0[0],
                        gradient: $0[1], move: $0[2], common: $0[3], broad: $0[4], count: range.count, to: gradient)
                }
            }
        }
    }
}

/// `{"scaledOutput": {"scale": 0.1}}` or `{"quasiNewton": {"pairs": 5, ...}}`
extension LearnedOptimizer.Update: Codable {
    private enum Kind: String, CodingKey { case scaledOutput, quasiNewton }
    private struct ScaledOutput: Codable { var scale: Float }

    public init(from decoder: any Decoder) throws {
        let kinds = try decoder.container(keyedBy: Kind.self)
        if kinds.contains(.quasiNewton) {
            self = .quasiNewton(try kinds.decode(LearnedOptimizer.QuasiNewtonUpdate.self, forKey: .quasiNewton))
        } else {
            self = .scaledOutput(scale: try kinds.decode(ScaledOutput.self, forKey: .scaledOutput).scale)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var kinds = encoder.container(keyedBy: Kind.self)
        switch self {
        case .scaledOutput(let scale): try kinds.encode(ScaledOutput(scale: scale), forKey: .scaledOutput)
        case .quasiNewton(let update): try kinds.encode(update, forKey: .quasiNewton)
        }
    }
}
