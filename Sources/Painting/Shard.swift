/// Every n-th piece of some work, beginning with the i-th, i from 1 to n.
public struct Shard: Sendable, Equatable {
    public var index: Int
    public var count: Int

    public init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, (1...count).contains(index)
        else { return nil }
        (self.index, self.count) = (index, count)
    }

    public func part<Element>(of elements: [Element]) -> [Element] {
        stride(from: index - 1, to: elements.count, by: count).map { elements[$0] }
    }
}
