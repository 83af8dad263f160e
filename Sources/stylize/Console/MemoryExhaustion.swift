import Files
import Foundation
import Numerics

/// What is said when memory runs out although there should have been enough.
///
/// Swift has no way on when an allocation fails: the program ends with a trap. This one says why.
enum MemoryExhaustion {
    /// Throws when there is not even the memory for threads, which would wait for it without end.
    static func requireLeast() throws {
        let (least, available) = (100e6, Memory.available)
        guard available >= least else {
            throw Failure(
                .unmade,
                "there are \(Int(available / 1e6)) MB of memory, and stylize takes at least \(Int(least / 1e6)).")
        }
    }

    /// To be called before any work.
    static func sayWhy() {
        for number in [SIGILL, SIGTRAP, SIGABRT] {
            signal(number) { number in
                // The last call that failed on this thread was for memory. Here only what never allocates may be called.
                guard errno == ENOMEM else {
                    signal(number, SIG_DFL)
                    raise(number)
                    return
                }
                let sentence: StaticString = "\nstylize: there is not enough memory; choose a smaller --size.\n"
                _ = write(STDERR_FILENO, sentence.utf8Start, sentence.utf8CodeUnitCount)
                _exit(71)  // EX_OSERR of sysexits.h
            }
        }
    }
}
