import CNeuralKernels
import Numerics

/// The kernels compiled for one instruction set, as parallel loops with checked shapes.
public struct KernelSet: @unchecked Sendable {
    /// Functions and constants, which nothing ever changes.
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

    /// Calls `body(job, task, worker)` once for each task in `0..<count`, in parallel.
    ///
    /// - Parameter job: what is to be done, with pointers to what it is done to.
    func forEachTask<Job>(
        _ count: Int, of job: Job, _ body: @Sendable (_ job: UnsafePointer<Job>, _ task: Int, _ worker: Int) -> Void
    ) {
        withUnsafePointer(to: job) { job in
            // It is only read, and each task writes its own part of what it points to.
            Parallel.forEach(count, sharing: job, body)
        }
    }

    /// The results of `body(job, task)` for each task in `0..<count`, in order.
    func mapTasks<Job, Value: Sendable>(
        _ count: Int, of job: Job, _ body: @Sendable (_ job: UnsafePointer<Job>, _ task: Int) -> Value
    ) -> [Value] {
        [Value](unsafeUninitializedCapacity: count) { values, initialized in
            forEachTask(count, of: (job: job, values: values)) { shared, task, _ in
                let value = withUnsafePointer(to: shared.pointee.job) { body($0, task) }
                shared.pointee.values.initializeElement(at: task, to: value)
            }
            initialized = count
        }
    }

    /// Calls `body(job, start, end)` for consecutive ranges that cover `0..<count`, in parallel.
    func forEachRange<Job>(
        of count: Int, step: Int, _ job: Job,
        _ body: @Sendable (_ job: UnsafePointer<Job>, _ start: Int32, _ end: Int32) -> Void
    ) {
        forEachTask((count + step - 1) / step, of: job) { job, index, _ in
            body(job, Int32(index * step), Int32(min((index + 1) * step, count)))
        }
    }

    /// Rows a task: about 65536 values each, so that a task is worth starting.
    func rowStep(valuesPerRow: Int) -> Int { max(1, 1 << 16 / max(valuesPerRow, 1)) }
}
