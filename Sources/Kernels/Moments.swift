import CNeuralKernels

/// The mean and the second moment of a layer's activations over its pixels.
public struct Moments: Equatable, Sendable {
    /// m, one value a channel; channels are rounded up to a multiple of 16, the surplus zero.
    public var mean: [Double]
    /// E[f f^T], row-major, symmetric.
    public var second: [Double]

    public init(mean: [Double], second: [Double]) {
        precondition(second.count == mean.count * mean.count)
        self.mean = mean
        self.second = second
    }

    public var channels: Int { mean.count }

    /// E[f f^T] - m m^T.
    public var covariance: [Double] {
        var covariance = second
        for i in 0..<channels { for j in 0..<channels { covariance[i * channels + j] -= mean[i] * mean[j] } }
        return covariance
    }
}

extension FeatureMaps {
    /// Summed in parts whose number depends on the size alone, so that neither rounding nor the order grows with threads.
    public func moments(kernels: KernelSet) -> Moments {
        let n = blocks * 16, pixels = pixelCount
        let step = max(2048, (pixels + 63) / 64), parts = (pixels + step - 1) / step
        let size = n + n * n
        let sums = AlignedBuffer(parts * size)
        var map = map
        withUnsafePointer(to: &map) { map in
            Parallel.forEach(parts) { part, _ in
                let first = sums.pointer + part * size
                kernels.kernels.moments(map, part * step, min((part + 1) * step, pixels), first, first + n)
            }
        }
        var mean = [Double](repeating: 0, count: n)
        var second = [Double](repeating: 0, count: n * n)
        for part in 0..<parts {
            let values = sums.pointer + part * size
            for i in 0..<n { mean[i] += Double(values[i]) }
            for i in 0..<n {
                for j in (i / 16 * 16)..<n { second[i * n + j] += Double(values[n + i * n + j]) }
            }
        }
        let scale = 1 / Double(pixels)
        for i in 0..<n {
            mean[i] *= scale
            for j in i..<n {
                second[i * n + j] *= scale
                second[j * n + i] = second[i * n + j]
            }
        }
        return Moments(mean: mean, second: second)
    }

    /// The sum of squared differences from `target` over all values.
    public func squaredDifference(from target: FeatureMaps, kernels: KernelSet) -> Double {
        precondition(channels == target.channels && hasSides(of: target))
        let step = 4096, parts = (pixelCount + step - 1) / step, pixels = pixelCount
        var sums = [Double](repeating: 0, count: parts)
        var map = map
        sums.withUnsafeMutableBufferPointer { sums in
            nonisolated(unsafe) let sums = sums
            withUnsafePointer(to: &map) { map in
                Parallel.forEach(parts) { part, _ in
                    sums[part] = kernels.kernels.squared_difference(
                        map, target.buffer.pointer, part * step, min((part + 1) * step, pixels))
                }
            }
        }
        return sums.reduce(0, +)
    }
}
