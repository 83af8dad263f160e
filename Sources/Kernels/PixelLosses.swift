import CNeuralKernels
import Numerics

/// Losses on the three planes of a picture themselves.
extension KernelSet {
    /// The moments of the colours: three channels, padded to 16.
    ///
    /// - Parameter pixels: three planes of `count` values.
    public func pixelMoments(_ pixels: UnsafePointer<Float>, count: Int) -> Moments {
        let step = 16384
        let parts = (count + step - 1) / step
        var sums = [Double](repeating: 0, count: parts * 9)
        let planes = [pixels, pixels + count, pixels + 2 * count]
        sums.withUnsafeMutableBufferPointer { sums in
            nonisolated(unsafe) let sums = sums.baseAddress!
            Parallel.forEach(parts) { part, _ in
                let first = sums + part * 9
                kernels.pixel_moments(planes, part * step, min((part + 1) * step, count), first, first + 3)
            }
        }
        var mean = [Double](repeating: 0, count: 16)
        var second = [Double](repeating: 0, count: 256)
        let scale = 1 / Double(count)
        for part in 0..<parts {
            for i in 0..<3 { mean[i] += sums[part * 9 + i] * scale }
            for (k, (i, j)) in [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)].enumerated() {
                second[i * 16 + j] += sums[part * 9 + 3 + k] * scale
            }
        }
        for i in 0..<3 { for j in 0..<i { second[i * 16 + j] = second[j * 16 + i] } }
        return Moments(channels: 3, mean: mean, second: second)
    }

    /// Adds `matrix` (3x3, row-major) times each pixel plus `vector` to the gradient.
    public func addPixelGradient(
        matrix: [Float], vector: [Float], pixels: UnsafePointer<Float>, count: Int,
        to gradient: UnsafeMutablePointer<Float>
    ) {
        precondition(matrix.count == 9 && vector.count == 3)
        let planes = [pixels, pixels + count, pixels + 2 * count]
        let gradients = [gradient, gradient + count, gradient + 2 * count]
        forEachRange(of: count, step: 16384) { kernels.pixel_gradient(planes, matrix, vector, $0, $1, gradients) }
    }

    /// Total variation by the nine-point stencil, `2 (E dx^2/3 + E dy^2/3 + E d45^2/12 + E d135^2/12)`, each mean over
    /// the pairs of neighbours there are; adds `weight` times its gradient.
    public func totalVariation(
        _ pixels: UnsafePointer<Float>, height: Int, width: Int, weight: Float,
        addingTo gradient: UnsafeMutablePointer<Float>
    ) -> Double {
        let pairs = [
            height * (width - 1), (height - 1) * width, (height - 1) * (width - 1), (height - 1) * (width - 1),
        ]
        let shares: [Double] = [2.0 / 3, 2.0 / 3, 1.0 / 6, 1.0 / 6]
        let factors: [Double] = (0..<4).map { pairs[$0] > 0 ? shares[$0] / Double(3 * pairs[$0]) : 0 }
        let weights = factors.map { Float($0) * weight }
        let step = rowStep(valuesPerRow: width)
        let parts = (height + step - 1) / step
        var sums = [Double](repeating: 0, count: 3 * parts * 4)
        sums.withUnsafeMutableBufferPointer { sums in
            nonisolated(unsafe) let sums = sums
            Parallel.forEach(3 * parts) { index, _ in
                let offset = index / parts * height * width
                let row = index % parts * step
                kernels.total_variation(
                    pixels + offset, Int32(height), Int32(width), Int32(row), Int32(min(row + step, height)), weights,
                    sums.baseAddress! + index * 4, gradient + offset)
            }
        }
        return sums.indices.reduce(0.0) { $0 + factors[$1 % 4] * sums[$1] }
    }
}
