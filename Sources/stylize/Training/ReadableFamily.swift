import Files
import LearnedOptimization
import Synchronization

/// A family's problems but for those of pictures that cannot be read: a single damaged picture among thousands must not
/// end a long training.
///
/// What is passed over follows from the pictures alone, so that a resumed training passes over the same.
struct ReadableFamily: TaskFamily {
    let base: any TaskFamily & Sendable
    let unreadable: UnreadablePictures

    private static let attempts = 20

    /// - Throws: `Failure` when hardly any picture can be read.
    func sample(using generator: inout some RandomNumberGenerator) throws -> Problem {
        for _ in 1..<Self.attempts {
            do { return try base.sample(using: &generator) } catch let failure as Failure { unreadable.tell(failure) }
        }
        return try base.sample(using: &generator)
    }
}

/// Tells of each picture that cannot be read, once.
final class UnreadablePictures: Sendable {
    private let reporter: Reporter
    private let told = Mutex(Set<String>())

    init(_ reporter: Reporter) { self.reporter = reporter }

    func tell(_ failure: Failure) {
        guard told.withLock({ $0.insert(failure.sentence).inserted }) else { return }
        reporter.note("Note: \(failure.sentence) It is passed over.")
    }
}
