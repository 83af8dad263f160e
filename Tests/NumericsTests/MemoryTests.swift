import Foundation
import Testing

@testable import Numerics

@Suite final class MemoryTests {
    private let root = NSTemporaryDirectory() + "MemoryTests-\(UUID().uuidString)"

    deinit { try? FileManager.default.removeItem(atPath: root) }

    private func write(_ text: String, to path: String) throws {
        let url = URL(filePath: root + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    @Test func thereIsMemory() {
        #expect(Memory.available > 1e6)
        #expect(Memory.available <= Double(ProcessInfo.processInfo.physicalMemory))
    }

    @Test func whereThereAreNoGroupsThereIsNoLimit() {
        #expect(Memory.limitOfGroups(root: root) == nil)
    }

    @Test func theLeastOfAGroupAndThoseItLiesInCounts() throws {
        try write("0::/user/session\n", to: "/proc/self/cgroup")
        try write("max\n", to: "/sys/fs/cgroup/user/session/memory.max")
        #expect(Memory.limitOfGroups(root: root) == nil)
        try write("400000000\n", to: "/sys/fs/cgroup/user/memory.max")
        #expect(Memory.limitOfGroups(root: root) == 4e8)
        try write("300000000\n", to: "/sys/fs/cgroup/user/session/memory.max")
        #expect(Memory.limitOfGroups(root: root) == 3e8)
    }

    @Test func groupsOfVersion1CountAsMuch() throws {
        try write("4:memory:/a/b\n2:cpu,cpuacct:/\n0::/\n", to: "/proc/self/cgroup")
        try write("9223372036854771712\n", to: "/sys/fs/cgroup/memory/memory.limit_in_bytes")
        try write("200000000\n", to: "/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes")
        #expect(Memory.limitOfGroups(root: root) == 2e8)
    }

    @Test func inAContainerThatSeesTheHostsPathItsOwnGroupIsTheRoot() throws {
        try write("0::/docker/0123\n", to: "/proc/self/cgroup")
        try write("500000000\n", to: "/sys/fs/cgroup/memory.max")
        #expect(Memory.limitOfGroups(root: root) == 5e8)
    }
}
