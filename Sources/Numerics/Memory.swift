import Foundation

/// How much memory there is.
public enum Memory {
    /// In bytes, the least of what the machine has, what the control groups around this process may take, and what
    /// `ulimit` lets it have.
    public static var available: Double {
        ([Double(ProcessInfo.processInfo.physicalMemory), limitOfUser] + [limitOfGroups()].compactMap(\.self)).min()!
    }

    // MARK: - Control groups of Linux

    /// The least that a control group around the process allows, of version 1 or 2; `nil` when none sets a limit.
    ///
    /// - Parameter root: where the system's files are.
    static func limitOfGroups(root: String = "") -> Double? {
        guard let groups = text(root + "/proc/self/cgroup") else { return nil }
        var limits: [Double] = []
        for line in groups.split(separator: "\n") {
            // 0::/path of version 2, 4:memory:/path of version 1.
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let path = String(parts[2])
            if parts[1].isEmpty {
                for mount in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
                    limits += self.limits(named: "memory.max", in: root + mount, path)
                }
            } else if parts[1].split(separator: ",").contains("memory") {
                limits += self.limits(named: "memory.limit_in_bytes", in: root + "/sys/fs/cgroup/memory", path)
            }
        }
        return limits.min()
    }

    /// Of a group and of those that it lies in. In a container the path may be the host's, of which only the end, or
    /// nothing, is there.
    private static func limits(named name: String, in mount: String, _ path: String) -> [Double] {
        var folders = [mount]
        for part in path.split(separator: "/") { folders.append(folders.last! + "/" + part) }
        return folders.compactMap { folder in
            // "max" is no number.
            text(folder + "/" + name).flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: - ulimit

    /// What remains of the address space when what is mapped but not in memory, such as libraries, is taken away.
    private static var limitOfUser: Double {
        [RLIMIT_AS, RLIMIT_DATA].map { resource in
            var limit = rlimit()
            #if canImport(Glibc)
                let resource = __rlimit_resource_t(resource.rawValue)
            #endif
            guard getrlimit(resource, &limit) == 0, limit.rlim_cur < UInt64(Int64.max) else { return .infinity }
            return max(0, Double(limit.rlim_cur) - mappedElsewhere)
        }.min()!
    }

    private static var mappedElsewhere: Double {
        // In pages: all that is mapped, and what is in memory.
        guard let text = text("/proc/self/statm") else { return 0 }
        let pages = text.split(separator: " ").prefix(2).compactMap { Double($0) }
        return pages.count == 2 ? (pages[0] - pages[1]) * Double(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}
