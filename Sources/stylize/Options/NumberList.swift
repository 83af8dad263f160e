import ArgumentParser

/// Numbers separated by commas: `2,1`.
struct NumberList: ExpressibleByArgument, CustomStringConvertible, Equatable {
    var numbers: [Float]

    init(numbers: [Float]) { self.numbers = numbers }

    init?(argument: String) {
        numbers = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Float(part), number.isFinite else { return nil }
            numbers.append(number)
        }
    }

    var description: String { numbers.map(\.description).joined(separator: ",") }
}
