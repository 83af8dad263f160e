import Foundation

/// The names of files that are being written: hidden, and telling who writes them.
///
/// `.stylize-host-1234-5678.part` is written by process 1234 of the machine `host`.
public enum TemporaryName {
    private static let (prefix, suffix) = (".stylize-", ".part")

    static func fresh() -> String {
        "\(prefix)\(host)-\(getpid())-\(UInt32.random(in: 0 ... .max))\(suffix)"
    }

    public struct Writer: Equatable, Sendable {
        var host: String
        var process: Int32

        /// Whether it may still be writing; of another machine's nobody here can tell.
        public var isAlive: Bool { host != TemporaryName.host || kill(process, 0) == 0 || errno != ESRCH }
    }

    /// - Returns: `nil` for a name that is not one of these.
    public static func writer(of name: String) -> Writer? {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
        let parts = name.dropFirst(prefix.count).dropLast(suffix.count).split(separator: "-")
        guard parts.count >= 3, let process = Int32(parts[parts.count - 2]), process > 0 else { return nil }
        return Writer(host: parts.dropLast(2).joined(separator: "-"), process: process)
    }

    /// Removes the files of writers that are no more, directly in a folder.
    public static func removeLeftOvers(from folder: String) {
        for name in (try? PictureFolder.names(in: folder)) ?? [] {
            guard let writer = writer(of: name), !writer.isAlive else { continue }
            unlink(join(folder, name))
        }
    }

    private static let host = ProcessInfo.processInfo.hostName
}
