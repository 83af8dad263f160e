/// Numbers separated by commas: `2,1`.
public struct NumberList: Sendable, CustomStringConvertible, Equatable {
    public var numbers: [Float]

    public init(numbers: [Float]) { self.numbers = numbers }

    public init?(argument: String) {
        numbers = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Float(part), number.isFinite else { return nil }
            numbers.append(number)
        }
    }

    public var description: String { numbers.map(\.description).joined(separator: ",") }
}
