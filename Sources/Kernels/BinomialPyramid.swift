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
        // What is below an odd edge.
        let nothing = AlignedBuffer(height % 2 == 1 ? width : 0)
        let (rows, scratch) = work(width: width)
        return Parallel.array(count * h * w, chunk: rows * w) { stretch, worker, result in
            planes.withUnsafeBufferPointer { planes in
                for row in 0..<result.count / w {
                    let (plane, y) = (stretch * rows + row).quotientAndRemainder(dividingBy: h)
                    func source(_ y: Int) -> UnsafePointer<Float> {
                        y >= height && height % 2 == 1
                            ? UnsafePointer(nothing.pointer)
                            : planes.baseAddress! + (plane * height + min(max(y, 0), height - 1)) * width
                    }
                    kernels.kernels.binomial_halve(
                        [source(2 * y - 1), source(2 * y), source(2 * y + 1), source(2 * y + 2)], width,
                        scratch[worker].pointer, result.baseAddress! + row * w)
                }
            }
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
        let (rows, scratch) = work(width: width)
        Parallel.forEachChunk(of: &planes, length: rows * width) { stretch, worker, result in
            halved.withUnsafeBufferPointer { halved in
                for row in 0..<result.count / width {
                    let (plane, y) = (stretch * rows + row).quotientAndRemainder(dividingBy: height)
                    func coarse(_ y: Int) -> UnsafePointer<Float> {
                        halved.baseAddress! + (plane * h + min(max(y, 0), h - 1)) * w
                    }
                    kernels.kernels.binomial_double(
                        coarse(y / 2), coarse(y % 2 == 0 ? y / 2 - 1 : y / 2 + 1), width, scratch[worker].pointer,
                        result.baseAddress! + row * width)
                }
            }
        }
    }

    /// How many rows are worth a thread's while, and scratch memory for one, by worker.
    private static func work(width: Int) -> (rows: Int, scratch: [AlignedBuffer]) {
        (max(1, 8192 / max(width, 1)), Scratch().buffers(of: width + 3))
    }
}
