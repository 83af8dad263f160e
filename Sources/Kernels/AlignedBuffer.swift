import Foundation

/// Floats at an address that suits vector loads, zero at first.
///
/// Threads may share it, each writing a part of its own.
public final class AlignedBuffer: @unchecked Sendable {
    public let pointer: UnsafeMutablePointer<Float>
    public let count: Int
    /// The pages of a large buffer, which belong to it alone.
    private let pages: UnsafeMutableRawBufferPointer?

    private static let hugePage = 2 << 20

    /// - Parameter count: how many floats.
    public init(_ count: Int) {
        precondition(count >= 0)
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let memory: UnsafeMutableRawPointer
        if bytes >= Self.hugePage {
            (memory, pages) = Self.map(bytes)
        } else {
            var allocated: UnsafeMutableRawPointer?
            let status = posix_memalign(&allocated, 64, bytes)
            precondition(status == 0, "out of memory")
            memory = allocated!
            memset(memory, 0, bytes)
            pages = nil
        }
        pointer = memory.bindMemory(to: Float.self, capacity: count)
    }

    public convenience init(_ values: [Float]) {
        self.init(values.count)
        values.withUnsafeBufferPointer { pointer.update(from: $0.baseAddress!, count: values.count) }
    }

    deinit {
        if let pages { munmap(pages.baseAddress!, pages.count) } else { free(pointer) }
    }

    /// Fresh pages, which are zero without anybody's doing and come into being where a thread first touches them: side by
    /// side, instead of on the one thread that would clear them. Large buffers are walked in many planes at once: huge pages
    /// spare most of the address translation.
    private static func map(_ bytes: Int) -> (UnsafeMutableRawPointer, UnsafeMutableRawBufferPointer) {
        let length = bytes + hugePage
        let start = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
        precondition(start != MAP_FAILED, "out of memory")
        let memory = start!.alignedUp(toMultipleOf: hugePage)
        #if os(Linux)
            madvise(memory, bytes, Int32(MADV_HUGEPAGE))
        #endif
        return (memory, UnsafeMutableRawBufferPointer(start: start!, count: length))
    }
}
