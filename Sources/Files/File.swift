import Foundation
import Synchronization

/// Files as whole arrays of bytes.
public enum File {
    private static let writing = Mutex(())

    /// Whoever ends the program in here, or writes in here to what is no file, leaves nothing half-written behind.
    public static func whileNobodyWrites<Value: Sendable, Thrown: Error>(
        _ body: () throws(Thrown) -> Value
    ) throws(Thrown) -> Value {
        try writing.withLock { _ throws(Thrown) in try body() }
    }

    /// What stands for standard input where a path is expected.
    public static let standardInput = "-"

    /// Whether its bytes can be had but once, as those of a pipe.
    public static func isReadOnce(_ path: String) -> Bool { path == standardInput || isSpecial(path) }

    /// More is not read of any file: a device may have no end.
    public static let mostBytes = 4 << 30

    /// - Parameters:
    ///   - path: `standardInput` is read to its end.
    ///   - isRecognized: told how the file begins, with at least 64 bytes of it; of what is not recognised, that is all
    ///     that is read.
    /// - Throws: `FileError`.
    public static func read(
        _ path: String, atMost limit: Int = mostBytes, ifRecognized isRecognized: ([UInt8]) -> Bool = { _ in true }
    ) throws(FileError) -> [UInt8] {
        let descriptor = path == standardInput ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(errno: errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw .isFolder }
        var bytes: [UInt8] = []
        var isBegun = false
        guard status.st_size <= limit else { throw .tooLarge(limit: limit) }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Foundation.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(errno: errno) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            // A pipe may give a few bytes at a time.
            if !isBegun, bytes.count >= 64 {
                guard isRecognized(bytes) else { return bytes }
                bytes.reserveCapacity(Int(status.st_size))
                isBegun = true
            }
            guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        }
    }

    /// What `body` makes of a file's bytes.
    ///
    /// - Parameter isRecognized: as of the other `read`; `body` gets the beginning of what is not.
    /// - Throws: `Failure` with the file's name, whatever goes wrong.
    public static func read<Value>(
        _ path: String, ifRecognized isRecognized: ([UInt8]) -> Bool = { _ in true },
        as body: ([UInt8]) throws -> Value
    ) throws -> Value {
        do {
            return try body(read(path, ifRecognized: isRecognized))
        } catch {
            throw Failure(.input, "\(path) cannot be read: \(error).")
        }
    }

    /// Writes all or nothing: to a temporary name in the same folder, synced, then renamed. A link is followed. What is no
    /// file, such as a pipe or a device, is written to as it is.
    ///
    /// - Parameter replacing: whether a file of that name may be replaced; if not, it is left alone, even if it comes
    ///   into being meanwhile.
    /// - Throws: `FileError`; then no temporary file is left.
    public static func write(_ bytes: [UInt8], to path: String, replacing: Bool) throws(FileError) {
        try whileNobodyWrites { () throws(FileError) in try writeAlone(bytes, to: path, replacing: replacing) }
    }

    private static func writeAlone(_ bytes: [UInt8], to path: String, replacing: Bool) throws(FileError) {
        // As /dev/stdout, which leads to a pipe by no name of its own.
        if replacing, isSpecial(path) { return try writeInPlace(bytes, to: path) }
        let path = realPath(path) ?? target(of: path)
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
        let temporary = folder + TemporaryName.fresh()
        var folderStatus = stat()
        guard stat(folder, &folderStatus) == 0, folderStatus.st_mode & S_IFMT == S_IFDIR else {
            throw .noSuchFolder(folder)
        }
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileError(errno: errno) }
        // Whoever made the file chose who may read it.
        var old = stat()
        if replacing, stat(path, &old) == 0 { fchmod(descriptor, old.st_mode & 0o7777) }
        var failure = write(bytes, through: descriptor)
        if failure == 0 {
            if replacing {
                if rename(temporary, path) != 0 { failure = errno }
            } else {
                // Unlike a rename, a link fails when the name is taken.
                if link(temporary, path) != 0 { failure = errno }
                if [EPERM, ENOTSUP, ENOSYS].contains(failure) {
                    // A file system without links: the name was free a moment ago, which has to do.
                    failure = access(path, F_OK) == 0 ? EEXIST : rename(temporary, path) == 0 ? 0 : errno
                }
                unlink(temporary)
            }
        }
        guard failure == 0 else {
            unlink(temporary)
            throw FileError(errno: failure)
        }
    }

    /// Writes, syncs and closes. Returns the number of what went wrong, or 0.
    private static func write(_ bytes: [UInt8], through descriptor: Int32) -> Int32 {
        var failure: Int32 = 0
        var written = 0
        while written < bytes.count, failure == 0 {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress!, $0.count) }
            if count >= 0 { written += count } else if errno != EINTR { failure = errno }
        }
        // EINVAL: nothing to sync, as on a pipe.
        if failure == 0, fsync(descriptor) != 0, errno != EINVAL { failure = errno }
        if close(descriptor) != 0, failure == 0 { failure = errno }
        return failure
    }

    private static func writeInPlace(_ bytes: [UInt8], to path: String) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(errno: errno) }
        let failure = write(bytes, through: descriptor)
        guard failure == 0 else { throw FileError(errno: failure) }
    }

    /// Whether there is a pipe, a device or the like.
    public static func isSpecial(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
    }

    /// Where a link leads to nothing yet; of what is no link, the path itself.
    private static func target(of path: String) -> String {
        var path = path
        // As many as the system follows.
        for _ in 0..<40 {
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
            path = target.hasPrefix("/") ? target : join(folder(of: path), target)
        }
        return path
    }

    /// The absolute path without links of what is there; `nil` when nothing is.
    public static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
