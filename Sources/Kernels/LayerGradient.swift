import CNeuralKernels

/// What losses at a layer add to the gradient with respect to its activations f: `matrix f + vector + scale (f -
/// target)`.
public struct LayerGradient: Sendable {
    var matrix: AlignedBuffer?
    var vector: AlignedBuffer?
    var target: FeatureMaps?
    var scale: Float = 0

    public init() {}

    /// The gradient of a function of the moments.
    ///
    /// - Parameters:
    ///   - matrix: symmetric, row-major, of the padded number of channels.
    ///   - vector: of the padded number of channels.
    public init(matrix: [Float], vector: [Float]) {
        let n = vector.count
        precondition(n % 16 == 0 && matrix.count == n * n)
        let packed = AlignedBuffer(n * n)
        for block in 0..<n / 16 {
            for k in 0..<n {
                for lane in 0..<16 { packed.pointer[(block * n + k) * 16 + lane] = matrix[k * n + block * 16 + lane] }
            }
        }
        self.matrix = packed
        self.vector = AlignedBuffer(vector)
    }

    /// Adds the gradient of `scale / 2` times the squared difference from `target`.
    public mutating func add(differenceFrom target: FeatureMaps, scale: Float) {
        precondition(self.target == nil, "one target a layer")
        self.target = target
        self.scale = scale
    }
}

/// What the gradient at a layer starts from.
public enum UpstreamGradient {
    case zero
    /// What the convolution above left in the gradient.
    case accumulated
    /// The gradient with respect to the 2x2 pool of the activations: with a mask that of their maxima, otherwise that of
    /// their averages, prepared for unpooling.
    case pooled(FeatureMaps, by: ReLUMask? = nil)
}

extension FeatureMaps {
    /// Completes the gradient at these activations and applies their ReLU's mask.
    public func backward(
        _ losses: LayerGradient, from upstream: UpstreamGradient, to gradient: FeatureMaps, kernels: KernelSet
    ) {
        precondition(gradient.channels == channels && gradient.hasSides(of: self))
        precondition(losses.vector.map { $0.count == blocks * 16 } ?? true)
        precondition(losses.target.map { $0.channels == channels && $0.hasSides(of: self) } ?? true)
        var job = ActivationGradient(
            activation: map, gradient: gradient.map, pool_gradient: FeatureMap(), mask: nil,
            accumulate: 0,
            matrix: losses.matrix.map { UnsafePointer($0.pointer) },
            vector: losses.vector.map { UnsafePointer($0.pointer) },
            target: losses.target.map { UnsafePointer($0.buffer.pointer) }, scale: losses.scale)
        switch upstream {
        case .zero: break
        case .accumulated: job.accumulate = 1
        case .pooled(let pool, let mask):
            precondition(pool.channels == channels && pool.isHalf(of: self))
            precondition(mask.map { $0.pooling == .max && $0.count == blocks * pixelCount } ?? true)
            job.pool_gradient = pool.map
            job.mask = mask.map { UnsafePointer($0.bits) }
        }
        kernels.forEachRange(of: height, step: kernels.rowStep(valuesPerRow: channels * width), job) {
            kernels.kernels.activation_gradient($0, $1, $2)
        }
    }
}
