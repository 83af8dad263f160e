import CNeuralKernels

/// How activations are halved.
public enum Pooling: String, Codable, Sendable, CaseIterable {
    /// Means of 2x2 cells: an edge cell is the mean of what it covers.
    case average
    /// The largest of 2x2 cells; the gradient goes to the first of equals.
    case max
    /// Every second value of a blur with [1 3 3 1] / 8 along each axis, the border replicated (Zhang 2019,
    /// arXiv:1904.11486).
    case blur

    /// Half of a side, at least 1. Rounded down, a last odd row or column is in no cell.
    public static func side(of length: Int, roundedUp: Bool) -> Int {
        roundedUp ? (length + 1) / 2 : Swift.max(1, length / 2)
    }
}

extension FeatureMaps {
    /// 2x2 averages: an edge cell is the mean of what it covers.
    public func averagePool(to pool: FeatureMaps, kernels: KernelSet) {
        forEachPoolRow(of: pool, kernels) { kernels.kernels.average_pool($0, $1, $2, $3) }
    }

    /// 2x2 maxima of activations, none of which is negative.
    ///
    /// - Parameter mask: of one picture; gets where the gradient passes.
    public func maxPool(to pool: FeatureMaps, mask: ReLUMask? = nil, kernels: KernelSet) {
        if let mask { precondition(images == 1 && mask.pooling == .max && mask.count == blocks * pixelCount) }
        forEachPoolRow(of: pool, kernels) { kernels.kernels.max_pool($0, $1, mask?.bits, $2, $3) }
    }

    /// Every second value of a blur with [1 3 3 1] / 8 along each axis, the border replicated.
    public func blurPool(to pool: FeatureMaps, kernels: KernelSet) {
        forEachPoolRow(of: pool, kernels) { kernels.kernels.blur_pool($0, $1, $2, $3) }
    }

    private func forEachPoolRow(
        of pool: FeatureMaps, _ kernels: KernelSet,
        _ body: (_ input: UnsafePointer<FeatureMap>, _ output: UnsafePointer<FeatureMap>, Int32, Int32) -> Void
    ) {
        precondition(pool.channels == channels && pool.isHalf(of: self))
        forEachPicture(with: pool) { input, output in
            kernels.forEachRange(of: pool.height, step: kernels.rowStep(valuesPerRow: channels * width)) {
                body(input, output, Int32($0), Int32($1))
            }
        }
    }

    private func forEachPicture(
        with other: FeatureMaps, _ body: (UnsafePointer<FeatureMap>, UnsafePointer<FeatureMap>) -> Void
    ) {
        for image in 0..<images {
            var (first, second) = (map(of: image), other.map(of: image))
            withUnsafePointer(to: &first) { first in withUnsafePointer(to: &second) { body(first, $0) } }
        }
    }

    /// Of a gradient with respect to `blurPool`, that with respect to what was pooled.
    public func blurPoolGradient(to inputGradient: FeatureMaps, kernels: KernelSet) {
        precondition(inputGradient.channels == channels && isHalf(of: inputGradient))
        let step = kernels.rowStep(valuesPerRow: channels * inputGradient.width)
        forEachPicture(with: inputGradient) { gradient, input in
            kernels.forEachRange(of: inputGradient.height, step: step) {
                kernels.kernels.blur_pool_gradient(gradient, input, Int32($0), Int32($1))
            }
        }
    }

    /// Makes a gradient with respect to 2x2 averages fit for unpooling by a quarter each: an edge cell of an odd side
    /// covers fewer pixels, each of which gets more.
    public func prepareForUnpooling(height fullHeight: Int, width fullWidth: Int) {
        for block in 0..<blocks {
            let plane = buffer.pointer + block * plane
            if 2 * width > fullWidth {
                for y in 0..<height { for lane in 0..<16 { plane[(y * width + width - 1) * 16 + lane] *= 2 } }
            }
            if 2 * height > fullHeight {
                for i in 0..<width * 16 { plane[(height - 1) * width * 16 + i] *= 2 }
            }
        }
    }
}
