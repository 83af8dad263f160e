import Dispatch
import Foundation
import Synchronization

/// Parallel loops over independent pieces of work.
///
/// A result must never depend on the number of threads: each index writes its own output, and partial sums are kept an
/// index apart and added in index order afterwards.
public enum Parallel {
    /// How many threads a loop may use. Bind it for a scope with `Parallel.$threadCount.withValue(1) { ... }`.
    @TaskLocal public static var threadCount: Int = ProcessInfo.processInfo.activeProcessorCount

    /// Calls `body(index, worker)` once for each index in `0..<count`, in no particular order.
    ///
    /// `worker` is in `0..<threadCount`, and no two calls with the same worker overlap: it names a scratch buffer. Loops
    /// within `body` share the threads that this one leaves them.
    public static func forEach(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
        let threads = threadCount
        let workers = min(threads, count)
        guard workers > 1 else {
            for index in 0..<count { body(index, 0) }
            return
        }
        let next = Atomic<Int>(0)
        withoutActuallyEscaping(body) { body in
            nonisolated(unsafe) let body = body
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                $threadCount.withValue(threads / workers) {
                    while true {
                        let index = next.add(1, ordering: .relaxed).oldValue
                        guard index < count else { return }
                        body(index, worker)
                    }
                }
            }
        }
    }
}
