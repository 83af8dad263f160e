import ArgumentParser

/// What is only asked for with folders.
struct FolderOptions: ParsableArguments {
    @Flag(help: "Look into folders within folders.")
    var recursive = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("The i-th of n parts of the work, as in 2/8.", valueName: "i/n"))
    var shard: Shard?

    var isGiven: Bool { recursive || dryRun || shard != nil }
}

/// Every n-th piece of some work, beginning with the i-th, i from 1 to n.
struct Shard: ExpressibleByArgument, Equatable {
    var index: Int
    var count: Int

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, (1...count).contains(index)
        else { return nil }
        (self.index, self.count) = (index, count)
    }

    func part<Element>(of elements: [Element]) -> [Element] {
        stride(from: index - 1, to: elements.count, by: count).map { elements[$0] }
    }
}
