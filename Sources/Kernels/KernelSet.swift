import CNeuralKernels
import Numerics

/// The kernels compiled for one instruction set, as parallel loops with checked shapes.
public struct KernelSet: @unchecked Sendable {
    let table: UnsafePointer<NeuralKernels>

    /// The best this processor runs.
    public static let best = KernelSet(table: neural_kernels())

    /// Every variant this processor runs, the plainest first.
    public static let all: [KernelSet] = {
        var sets: [KernelSet] = []
        while let table = neural_kernels_variant(Int32(sets.count)) { sets.append(KernelSet(table: table)) }
        return sets
    }()

    public var name: String { String(cString: table.pointee.name) }

    var kernels: NeuralKernels { table.pointee }

    /// Calls `body` for consecutive ranges that cover `0..<count`, in parallel.
    func forEachRange(of count: Int, step: Int, _ body: (_ start: Int, _ end: Int) -> Void) {
        Parallel.forEach((count + step - 1) / step) { index, _ in
            body(index * step, min((index + 1) * step, count))
        }
    }

    /// Rows a task: about 65536 values each, so that a task is worth starting.
    func rowStep(valuesPerRow: Int) -> Int { max(1, 1 << 16 / max(valuesPerRow, 1)) }
}
