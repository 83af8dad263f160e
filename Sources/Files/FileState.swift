import Foundation

/// What changes when a file's bytes do: which file it is, its length, and when it was last written and otherwise changed.
public struct FileState: Equatable, Sendable {
    private struct Time: Equatable {
        var seconds: Int
        var nanoseconds: Int

        init(_ time: timespec) { (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec) }
    }

    private let identity: FileIdentity
    private let size: Int
    private let written: Time
    private let changed: Time

    public init?(_ path: String) {
        var status = stat()
        guard let identity = FileIdentity(path), stat(path, &status) == 0 else { return nil }
        self.identity = identity
        size = Int(status.st_size)
        #if canImport(Darwin)
            (written, changed) = (Time(status.st_mtimespec), Time(status.st_ctimespec))
        #else
            (written, changed) = (Time(status.st_mtim), Time(status.st_ctim))
        #endif
    }
}
