import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM. The first asks for a stop at the next step; the second quits at once.
final class Interrupts: Sendable {
    private let received = Atomic<Int>(0)
    private let writing = Mutex(())
    private let onFirst: @Sendable () -> Void
    private let sources = Mutex<[any DispatchSourceSignal]>([])

    /// - Parameter onFirst: says that the wish was heard.
    init(onFirst: @escaping @Sendable () -> Void) {
        self.onFirst = onFirst
        sources.withLock { sources in
            // A queue of its own always gets a thread, even while every core is busy with a picture.
            let queue = DispatchQueue(label: "interrupts", qos: .userInteractive)
            sources = [SIGINT, SIGTERM].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler { [weak self] in self?.receive() }
                source.resume()
                return source
            }
        }
    }

    private func receive() {
        guard received.add(1, ordering: .relaxed).oldValue > 0 else { return onFirst() }
        writing.withLock { _ in
            _exit(Failure.Kind.interrupted.rawValue)
        }
    }

    var wantsStop: Bool { received.load(ordering: .relaxed) > 0 }

    /// Writes a file. An impatient second Ctrl-C waits for `body`, so that it never leaves half a file behind.
    func whileWriting<Value>(_ body: () throws -> Value) rethrows -> Value {
        try writing.withLock { _ in try body() }
    }
}
