import Foundation

/// Floats at an address that suits vector loads, zero at first.
public final class AlignedBuffer: @unchecked Sendable {
    public let pointer: UnsafeMutablePointer<Float>
    public let count: Int

    /// - Parameter count: how many floats.
    public init(_ count: Int) {
        precondition(count >= 0)
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        // Large buffers are walked in many planes at once: huge pages spare most of the address translation.
        let hugePage = 2 << 20
        let alignment = bytes >= hugePage ? hugePage : 64
        var memory: UnsafeMutableRawPointer?
        let status = posix_memalign(&memory, alignment, bytes)
        precondition(status == 0, "out of memory")
        #if os(Linux)
            if bytes >= hugePage { madvise(memory!, bytes, Int32(MADV_HUGEPAGE)) }
        #endif
        memset(memory!, 0, bytes)
        pointer = memory!.bindMemory(to: Float.self, capacity: count)
    }

    public convenience init(_ values: [Float]) {
        self.init(values.count)
        values.withUnsafeBufferPointer { pointer.update(from: $0.baseAddress!, count: values.count) }
    }

    deinit { free(pointer) }
}
