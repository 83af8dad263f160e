import CNeuralKernels
import Numerics

/// Planes of half the size by the binomial filter 1 3 3 1 along both sides, and back by its adjoint: a step down and a step
/// up of a Gaussian pyramid (Burt and Adelson 1983). Odd sides are rounded up, borders replicated.
///
/// The last row or column of half the size that an odd side leads to stands for one of the whole size, others for two.
public enum BinomialPyramid {
    /// D x: `count` planes of half the height and width. A constant stays what it is, but is halved in what an odd side leads
    /// to last.
    public static func halve(
        _ planes: [Float], count: Int, height: Int, width: Int, kernels: KernelSet = .best
    ) -> [Float] {
        precondition(planes.count == count * height * width)
        let (h, w) = ((height + 1) / 2, (width + 1) / 2)
        return [Float](unsafeUninitializedCapacity: count * h * w) { result, resultCount in
            nonisolated(unsafe) let result = result
            // What is below an odd edge.
            let nothing = [Float](repeating: 0, count: height % 2 == 1 ? width : 0)
            planes.withUnsafeBufferPointer { planes in
                nothing.withUnsafeBufferPointer { nothing in
                    forEachStretch(of: count * h, width: width) { row, scratch in
                        let (plane, y) = (row / h, row % h)
                        let rows = (2 * y - 1...2 * y + 2).map { y in
                            y >= height && height % 2 == 1
                                ? nothing.baseAddress!
                                : planes.baseAddress! + (plane * height + min(max(y, 0), height - 1)) * width
                        }
                        kernels.kernels.binomial_halve(rows, width, scratch, result.baseAddress! + row * w)
                    }
                }
            }
            resultCount = count * h * w
        }
    }

    /// x += 4 D^T halved, which keeps a constant what it is.
    ///
    /// - Parameters:
    ///   - halved: planes of half the size of those in `planes`.
    ///   - height: of `planes`, like `width`.
    public static func addDoubled(
        _ halved: [Float], to planes: inout [Float], count: Int, height: Int, width: Int, kernels: KernelSet = .best
    ) {
        let (h, w) = ((height + 1) / 2, (width + 1) / 2)
        precondition(planes.count == count * height * width && halved.count == count * h * w)
        planes.withUnsafeMutableBufferPointer { planes in
            nonisolated(unsafe) let planes = planes
            halved.withUnsafeBufferPointer { halved in
                forEachStretch(of: count * height, width: width) { row, scratch in
                    let (plane, y) = (row / height, row % height)
                    func coarse(_ y: Int) -> UnsafePointer<Float> {
                        halved.baseAddress! + (plane * h + min(max(y, 0), h - 1)) * w
                    }
                    kernels.kernels.binomial_double(
                        coarse(y / 2), coarse(y % 2 == 0 ? y / 2 - 1 : y / 2 + 1), width, scratch,
                        planes.baseAddress! + row * width)
                }
            }
        }
    }

    /// Gives `body` one row after another, in parallel, with scratch memory for a row.
    private static func forEachStretch(
        of rows: Int, width: Int, _ body: (Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        let length = max(1, 8192 / max(width, 1))
        let scratch = (0..<Parallel.threadCount).map { _ in AlignedBuffer(width + 3) }
        Parallel.forEach((rows + length - 1) / length) { stretch, worker in
            for row in stretch * length..<min((stretch + 1) * length, rows) { body(row, scratch[worker].pointer) }
        }
    }
}
