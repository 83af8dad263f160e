import CNeuralKernels

/// What an LSTM over coordinates sees of them, and what its outputs do to them. Runs of floats, on the calling thread.
extension KernelSet {
    /// asinh(scale x)
    public func asinh(_ x: UnsafePointer<Float>, scale: Float, count: Int, to result: UnsafeMutablePointer<Float>) {
        kernels.asinh_scaled(x, scale, count, result)
    }

    /// scale x + offset
    public func affine(
        _ x: UnsafePointer<Float>, scale: Float, offset: Float, count: Int, to result: UnsafeMutablePointer<Float>
    ) {
        kernels.affine(x, scale, offset, count, result)
    }

    /// tanh(x / sqrt(squareScale square))
    public func tanhRatio(
        _ x: UnsafePointer<Float>, _ square: UnsafePointer<Float>, squareScale: Float, count: Int,
        to result: UnsafeMutablePointer<Float>
    ) {
        kernels.tanh_over_root(x, square, squareScale, count, result)
    }

    /// (log|y| / p, sign y) of y = scale x where |y| >= e^-p, elsewhere (-1, e^p y), with p = `range` (Andrychowicz et al.
    /// 2016, appendix A).
    public func logarithmAndSign(
        _ x: UnsafePointer<Float>, scale: Float, range: Float, count: Int, logarithm: UnsafeMutablePointer<Float>,
        sign: UnsafeMutablePointer<Float>
    ) {
        kernels.logarithm_and_sign(x, scale, range, count, logarithm, sign)
    }

    /// u = -(exp(A tanh o1) d + B tanh(o2) g + D (tanh(o5) d' + tanh(o6) d'')) + C tanh(o3) s + R tanh(o4)
    ///
    /// - Parameters:
    ///   - outputs: six rows `stride` apart, readable to a multiple of 16; it and `stride` in bytes are multiples of 64.
    ///   - direction: d, like g, s, d' and d'' a run of `count`.
    public func quasiNewtonMove(
        _ rule: QuasiNewtonRule, outputs: UnsafePointer<Float>, stride: Int, direction: UnsafePointer<Float>,
        gradient: UnsafePointer<Float>, move: UnsafePointer<Float>, common: UnsafePointer<Float>,
        broad: UnsafePointer<Float>, count: Int,
        to result: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: rule.step) {
            kernels.quasi_newton_move($0, outputs, stride, direction, gradient, move, common, broad, count, result)
        }
    }

    /// The gradient of `quasiNewtonMove` with respect to the outputs, rows `stride` apart and written to a multiple of 16;
    /// both pointers to rows, and `stride` in bytes, are multiples of 64.
    ///
    /// - Parameter upstream: the gradient with respect to the moves.
    public func quasiNewtonMoveGradient(
        _ rule: QuasiNewtonRule, upstream: UnsafePointer<Float>, outputs: UnsafePointer<Float>, stride: Int,
        direction: UnsafePointer<Float>, gradient: UnsafePointer<Float>, move: UnsafePointer<Float>,
        common: UnsafePointer<Float>,
        broad: UnsafePointer<Float>, count: Int, to result: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: rule.step) {
            kernels.quasi_newton_move_gradient(
                $0, upstream, outputs, stride, direction, gradient, move, common, broad, count, result)
        }
    }

    /// a . b, in single precision over stretches of 8192 and in double over those.
    public func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
        kernels.inner_product(a, b, count)
    }

    /// a . b of `height` rows of `width` values, `stride` apart, of which `start` is the first, in single precision.
    public func dot(_ a: [Float], _ b: [Float], from start: Int, height: Int, width: Int, stride: Int) -> Double {
        precondition(a.count == b.count && start >= 0 && start + (height - 1) * stride + width <= a.count)
        return a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                kernels.window_product(a.baseAddress! + start, b.baseAddress! + start, height, width, stride)
            }
        }
    }
}

/// The constants of a quasi-Newton move: A, B, C, R and D of `KernelSet.quasiNewtonMove`.
public struct QuasiNewtonRule: Sendable {
    let step: QuasiNewtonStep

    public init(direction: Float, gradient: Float, move: Float, free: Float, means: Float) {
        step = QuasiNewtonStep(direction: direction, gradient: gradient, move: move, free: free, means: means)
    }
}
