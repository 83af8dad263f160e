import CNeuralKernels
import Numerics

/// Losses on the three planes of a picture themselves.
extension KernelSet {
    /// The moments of the colours: three channels, padded to 16.
    public func pixelMoments(_ planes: Planes) -> Moments {
        precondition(planes.count == 3)
        let (count, step) = (planes.area, 16384)
        let parts = (count + step - 1) / step
        let sums: [Double] = Parallel.array(parts * 9, chunk: 9) { part, _, sums in
            sums.initialize(repeating: 0.0)
            let first = sums.baseAddress!
            planes.withPlanes {
                kernels.pixel_moments($0, part * step, min((part + 1) * step, count), first, first + 3)
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
    public func addPixelGradient(matrix: [Float], vector: [Float], of planes: Planes, to gradient: inout Planes) {
        precondition(matrix.count == 9 && vector.count == 3 && planes.count == 3 && gradient.count == 3)
        precondition(gradient.hasSides(of: planes))
        let (count, step) = (planes.area, 16384)
        gradient.values.withUnsafeMutableBufferPointer { gradient in
            let gradients = (0..<3).map { gradient.baseAddress! + $0 * count }
            forEachTask((count + step - 1) / step, of: gradients) { gradients, part, _ in
                planes.withPlanes {
                    kernels.pixel_gradient(
                        $0, matrix, vector, part * step, min((part + 1) * step, count), gradients.pointee)
                }
            }
        }
    }

    /// Total variation by the nine-point stencil, `2 (E dx^2/3 + E dy^2/3 + E d45^2/12 + E d135^2/12)`, each mean over
    /// the pairs of neighbours there are; adds `weight` times its gradient.
    public func totalVariation(_ planes: Planes, weight: Float, addingTo gradient: inout Planes) -> Double {
        precondition(gradient.count == planes.count && gradient.hasSides(of: planes))
        let (height, width) = (planes.height, planes.width)
        let pairs = [
            height * (width - 1), (height - 1) * width, (height - 1) * (width - 1), (height - 1) * (width - 1),
        ]
        let shares: [Double] = [2.0 / 3, 2.0 / 3, 1.0 / 6, 1.0 / 6]
        let factors: [Double] = (0..<4).map { pairs[$0] > 0 ? shares[$0] / Double(planes.count * pairs[$0]) : 0 }
        let weights = factors.map { Float($0) * weight }
        let step = rowStep(valuesPerRow: width)
        let parts = (height + step - 1) / step
        let sums = gradient.values.withUnsafeMutableBufferPointer { gradient in
            mapTasks(planes.count * parts, of: gradient.baseAddress!) { gradient, index in
                let (offset, row) = (index / parts * height * width, index % parts * step)
                var sums = [Double](repeating: 0, count: 4)
                planes.values.withUnsafeBufferPointer {
                    kernels.total_variation(
                        $0.baseAddress! + offset, Int32(height), Int32(width), Int32(row),
                        Int32(min(row + step, height)), weights, &sums, gradient.pointee + offset)
                }
                return sums
            }
        }
        return sums.joined().enumerated().reduce(0.0) { $0 + factors[$1.offset % 4] * $1.element }
    }
}

extension Planes {
    /// Calls `body` with the places where planes begin.
    fileprivate func withPlanes(_ body: ([UnsafePointer<Float>]) -> Void) {
        values.withUnsafeBufferPointer { values in body((0..<count).map { values.baseAddress! + $0 * area }) }
    }
}
