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
        forEachRow(ofHalf: pool, pool, kernels) { kernels.kernels.average_pool($0, $1, $2, $3) }
    }

    /// 2x2 maxima of activations, none of which is negative.
    ///
    /// - Parameter mask: of one picture; gets where the gradient passes.
    public func maxPool(to pool: FeatureMaps, mask: ReLUMask? = nil, kernels: KernelSet) {
        if let mask { precondition(images == 1 && mask.pooling == .max && mask.count == blocks * pixelCount) }
        forEachRow(ofHalf: pool, pool, kernels) { kernels.kernels.max_pool($0, $1, mask?.bits, $2, $3) }
    }

    /// Every second value of a blur with [1 3 3 1] / 8 along each axis, the border replicated.
    public func blurPool(to pool: FeatureMaps, kernels: KernelSet) {
        forEachRow(ofHalf: pool, pool, kernels) { kernels.kernels.blur_pool($0, $1, $2, $3) }
    }

    /// Of a gradient with respect to `blurPool`, that with respect to what was pooled.
    public func blurPoolGradient(to inputGradient: FeatureMaps, kernels: KernelSet) {
        inputGradient.forEachRow(ofHalf: self, inputGradient, kernels) {
            kernels.kernels.blur_pool_gradient($1, $0, $2, $3)
        }
    }

    /// Calls `body(self, half, start, end)` for ranges of the rows of `target`, which is either, picture by picture.
    private func forEachRow(
        ofHalf half: FeatureMaps, _ target: FeatureMaps, _ kernels: KernelSet,
        _ body: @Sendable (UnsafePointer<FeatureMap>, UnsafePointer<FeatureMap>, Int32, Int32) -> Void
    ) {
        precondition(half.channels == channels && half.isHalf(of: self))
        let step = kernels.rowStep(valuesPerRow: channels * width)
        for image in 0..<images {
            kernels.forEachRange(of: target.height, step: step, map(of: image)) { whole, start, end in
                var half = half.map(of: image)
                body(whole, &half, start, end)
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
