import Foundation

/// The index of the input a worker is at, in memory that outlives it.
final class InputAtHand {
    static let none = -1

    private let memory: UnsafeMutableRawPointer

    /// - Throws: `Arguments.Failure` when the file cannot be made.
    init(path: String) throws {
        let size = MemoryLayout<Int>.size
        let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        defer { close(descriptor) }
        guard descriptor >= 0, ftruncate(descriptor, off_t(size)) == 0,
            let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else { throw Arguments.Failure(description: "\(path) cannot be written.") }
        self.memory = memory
    }

    deinit { munmap(memory, MemoryLayout<Int>.size) }

    var index: Int {
        get { memory.load(as: Int.self) }
        set { memory.storeBytes(of: newValue, as: Int.self) }
    }
}
