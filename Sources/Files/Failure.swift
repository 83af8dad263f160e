/// What went wrong, in one sentence that says which file and what to do, and the exit code that tells a script.
public struct Failure: Error, Equatable, Sendable {
    /// The codes are those of sysexits.h, where it has one.
    public enum Kind: Int32, Sendable {
        /// A picture could not be made.
        case unmade = 1
        /// The options do not fit what is there.
        case usage = 64
        /// An input is missing, or is no picture we can read.
        case input = 66
        /// The output cannot be written.
        case output = 73
        /// Somebody pressed Ctrl-C.
        case interrupted = 130
    }

    public var kind: Kind
    public var sentence: String

    public init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }
}
