/// What went wrong, in one sentence that says which file and what to do, and the exit code that tells a script.
struct Failure: Error, Equatable {
    /// The codes are those of sysexits.h, where it has one.
    enum Kind: Int32 {
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

    var kind: Kind
    var sentence: String

    init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }
}
