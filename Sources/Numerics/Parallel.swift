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
    public static func forEach(_ count: Int, _ body: @Sendable (_ index: Int, _ worker: Int) -> Void) {
        let threads = threadCount
        let workers = min(threads, count)
        guard workers > 1 else {
            for index in 0..<count { body(index, 0) }
            return
        }
        let next = Atomic<Int>(0)
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

    /// The same with something that all calls share although it is not `Sendable`: pointers to memory of which each call
    /// writes a part of its own, say, or what is guarded by a lock.
    @inlinable
    public static func forEach<Shared>(
        _ count: Int, sharing shared: Shared,
        _ body: @Sendable (_ shared: Shared, _ index: Int, _ worker: Int) -> Void
    ) {
        // The one place where this is left to the caller's care, which names what it shares.
        nonisolated(unsafe) let shared = shared
        forEach(count) { index, worker in body(shared, index, worker) }
    }

    /// The same for a body that shares what it captures, each call writing a part of its own.
    @inlinable
    public static func forEachUnchecked(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            forEach(count, sharing: body) { body, index, worker in body(index, worker) }
        }
    }

    /// The results of `body` for each index in `0..<count`, in order.
    ///
    /// - Throws: what `body` threw for the first of the indices it threw for.
    @inlinable
    public static func map<Value: Sendable, Failure: Error>(
        _ count: Int, _ body: @Sendable (_ index: Int) throws(Failure) -> Value
    ) throws(Failure) -> [Value] {
        var results = [Result<Value, Failure>?](repeating: nil, count: count)
        forEachChunk(of: &results, length: 1) { index, _, result in
            do throws(Failure) { result[0] = .success(try body(index)) } catch { result[0] = .failure(error) }
        }
        var values: [Value] = []
        values.reserveCapacity(count)
        for result in results { values.append(try result!.get()) }
        return values
    }

    /// Calls `body(index, worker, chunk)` once for each of the chunks of so many elements, of which the last may be shorter.
    @inlinable
    public static func forEachChunk<Element>(
        of elements: UnsafeMutableBufferPointer<Element>, length: Int,
        _ body: @Sendable (_ index: Int, _ worker: Int, _ chunk: UnsafeMutableBufferPointer<Element>) -> Void
    ) {
        precondition(length > 0)
        forEach((elements.count + length - 1) / length, sharing: elements) { elements, index, worker in
            let end = min((index + 1) * length, elements.count)
            body(index, worker, UnsafeMutableBufferPointer(rebasing: elements[index * length..<end]))
        }
    }

    /// The same of an array.
    @inlinable
    public static func forEachChunk<Element>(
        of elements: inout [Element], length: Int,
        _ body: @Sendable (_ index: Int, _ worker: Int, _ chunk: UnsafeMutableBufferPointer<Element>) -> Void
    ) {
        elements.withUnsafeMutableBufferPointer { forEachChunk(of: $0, length: length, body) }
    }

    /// `count` elements, each chunk of which `body(index, worker, chunk)` initializes.
    @inlinable
    public static func array<Element: BitwiseCopyable>(
        _ count: Int, chunk length: Int,
        _ body: @Sendable (_ index: Int, _ worker: Int, _ chunk: UnsafeMutableBufferPointer<Element>) -> Void
    ) -> [Element] {
        [Element](unsafeUninitializedCapacity: count) { elements, initialized in
            forEachChunk(of: UnsafeMutableBufferPointer(rebasing: elements[..<count]), length: length, body)
            initialized = count
        }
    }
}
