import Kernels
import Numerics

// The picture as a style layer: its colours, standardised as (x - 1/2) / (1/4) so that they are of the size of
// activations.

extension Moments {
    /// The moments of (x - 1/2) / (1/4), given those of three planes x.
    var standardised: Moments {
        let n = paddedChannels
        var result = self
        for i in 0..<3 {
            result.mean[i] = (mean[i] - 0.5) * 4
            for j in 0..<3 { result.second[i * n + j] = (second[i * n + j] - 0.5 * (mean[i] + mean[j]) + 0.25) * 16 }
        }
        return result
    }
}

extension KernelSet {
    /// Adds the gradient `matrix z + vector` with respect to z = (x - 1/2) / (1/4), padded to 16 channels, to that of
    /// x.
    func addStandardisedPixelGradient(
        matrix: [Float], vector: [Float], of planes: Planes, to gradient: inout Planes
    ) {
        let n = vector.count
        var (small, shift) = ([Float](repeating: 0, count: 9), [Float](repeating: 0, count: 3))
        for i in 0..<3 {
            shift[i] = 4 * vector[i]
            for j in 0..<3 {
                small[i * 3 + j] = 16 * matrix[i * n + j]
                shift[i] -= 8 * matrix[i * n + j]
            }
        }
        addPixelGradient(matrix: small, vector: shift, of: planes, to: &gradient)
    }
}
