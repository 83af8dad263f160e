import CNeuralKernels

/// The mean and the second moment of a layer's activations over its pixels.
///
/// Channels are rounded up to a multiple of 16 for the kernels; the surplus is zero.
public struct Moments: Equatable, Sendable {
    /// How many channels there really are.
    public let channels: Int
    /// m, of the padded number of channels.
    public var mean: [Double]
    /// E[f f^T], row-major, symmetric, of the padded number of channels.
    public var second: [Double]

    public init(channels: Int, mean: [Double], second: [Double]) {
        precondition(channels <= mean.count && mean.count % 16 == 0 && second.count == mean.count * mean.count)
        self.channels = channels
        self.mean = mean
        self.second = second
    }

    public var paddedChannels: Int { mean.count }

    /// Whether single precision has room for a matrix of such numbers, and for what is made of it.
    public var areUsable: Bool { [mean, second].allSatisfy { $0.allSatisfy { $0.magnitude < 1e30 } } }

    /// E[f f^T] - m m^T.
    public var covariance: [Double] {
        let n = paddedChannels
        var covariance = second
        for i in 0..<n { for j in 0..<n { covariance[i * n + j] -= mean[i] * mean[j] } }
        return covariance
    }
}

extension FeatureMaps {
    /// Summed in parts whose number depends on the size alone, so that neither rounding nor the order grows with
    /// threads.
    public func moments(kernels: KernelSet) -> Moments {
        let n = blocks * 16
        let pixels = pixelCount
        let step = max(2048, (pixels + 63) / 64)
        let parts = (pixels + step - 1) / step
        let size = n + n * n
        let sums = AlignedBuffer(parts * size)
        kernels.forEachTask(parts, of: map) { map, part, _ in
            let first = sums.pointer + part * size
            kernels.kernels.moments(map, part * step, min((part + 1) * step, pixels), first, first + n)
        }
        var mean = [Double](repeating: 0, count: n)
        var second = [Double](repeating: 0, count: n * n)
        withExtendedLifetime(sums) {
            for part in 0..<parts {
                let values = sums.pointer + part * size
                for i in 0..<n { mean[i] += Double(values[i]) }
                for i in 0..<n {
                    for j in (i / 16 * 16)..<n { second[i * n + j] += Double(values[n + i * n + j]) }
                }
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
        return Moments(channels: channels, mean: mean, second: second)
    }

    /// The sum of squared differences from `target` over all values.
    public func squaredDifference(from target: FeatureMaps, kernels: KernelSet) -> Double {
        precondition(channels == target.channels && hasSides(of: target))
        let step = 4096
        let parts = (pixelCount + step - 1) / step
        let pixels = pixelCount
        return kernels.mapTasks(parts, of: map) { map, part in
            kernels.kernels.squared_difference(
                map, target.buffer.pointer, part * step, min((part + 1) * step, pixels))
        }.reduce(0, +)
    }
}
