/// A family's problems but for those that cannot be made: a single damaged picture among thousands must not end a long
/// training.
///
/// What is passed over follows from the problems alone, so that a resumed training passes over the same.
public struct ReadableFamily<Base: TaskFamily & Sendable>: TaskFamily, Sendable {
    private let base: Base
    private let passesOver: @Sendable (any Error) -> Bool

    private static var attempts: Int { 20 }

    /// - Parameter passesOver: told why a problem cannot be made; whether to take another in its place.
    public init(_ base: Base, passesOver: @escaping @Sendable (any Error) -> Bool) {
        (self.base, self.passesOver) = (base, passesOver)
    }

    /// - Throws: what the family throws, when hardly any problem can be made.
    public func sample(using generator: inout some RandomNumberGenerator) throws -> Problem {
        for _ in 1..<Self.attempts {
            do { return try base.sample(using: &generator) } catch  where passesOver(error) {}
        }
        return try base.sample(using: &generator)
    }
}
