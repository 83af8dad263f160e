/// The command line.
struct Arguments {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    static let usage = """
        Fuzz \(Reader.allCases.map(\.rawValue).joined(separator: "|")) [--inputs <n>] [--seed <n>] [--skip <n>] \
        [--memory <megabytes>]
        """
    static let workerOption = "--worker"

    var reader: Reader
    var count = 100_000
    var seed: UInt64 = 1
    /// The index of the first input.
    var skip = 0
    /// The most memory the process may have resident at any time, in megabytes.
    var memoryLimit = 512
    /// In a worker: the file in which it says which input it is at.
    var workerPath: String?

    /// - Throws: `Failure`.
    init(_ words: [String]) throws {
        guard let reader = words.first.flatMap(Reader.init), words.count % 2 == 1 else {
            throw Failure(description: Self.usage)
        }
        self.reader = reader
        for index in stride(from: 1, to: words.count, by: 2) {
            let (option, word) = (words[index], words[index + 1])
            func number<Number: FixedWidthInteger>(_ lowest: Number) throws -> Number {
                guard let number = Number(word), number >= lowest else {
                    throw Failure(description: "\(option) is a whole number of \(lowest) or more, not \(word).")
                }
                return number
            }
            switch option {
            case "--inputs": count = try number(1)
            case "--seed": seed = try number(0)
            case "--skip": skip = try number(0)
            case "--memory": memoryLimit = try number(1)
            case Self.workerOption: workerPath = word
            default: throw Failure(description: Self.usage)
            }
        }
    }
}
