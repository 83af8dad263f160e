import Files
import Foundation
import StyleTransfer
import Synchronization

/// Says on standard error what goes on: a bar that redraws itself on a terminal, now and then a line anywhere else.
final class Reporter: Sendable {
    enum Verbosity: Comparable, Sendable {
        case quiet
        case normal
        case verbose
    }

    private struct State {
        var start = ContinuousClock.now
        var timeLeft = TimeLeft()
        var lastShown: ContinuousClock.Instant?
        /// The scale at work with its last step in words, and when it began.
        var scale: (index: Int, summary: String)?
        var scaleStart = ContinuousClock.now
        var barIsShown = false
    }

    private let verbosity: Verbosity
    /// Whether a line can be redrawn in place.
    private let redraws: Bool
    private let colours: Bool
    private let state = Mutex(State())

    init(verbosity: Verbosity, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.verbosity = verbosity
        redraws = StandardStream.error.isTerminal && environment["TERM"] != "dumb"
        colours = redraws && environment["NO_COLOR", default: ""].isEmpty
    }

    /// A line for everybody who did not ask for quiet.
    func note(_ line: String) {
        state.withLock { say(line, from: .normal, &$0) }
    }

    /// A line for those who asked for more.
    func detail(_ line: String) {
        state.withLock { say(line, from: .verbose, &$0) }
    }

    /// The sentence that a failure ends with.
    func failure(_ sentence: String) {
        state.withLock { say("stylize: " + sentence, from: .quiet, &$0) }
    }

    /// Starts the clock that the time left is reckoned by. The first step of a large picture can take a while.
    func begin() {
        state.withLock { state in
            state.start = .now
            state.timeLeft = TimeLeft()
            state.lastShown = nil
            state.scaleStart = .now
            guard redraws && verbosity >= .normal else { return }
            put("  0%  getting ready")
            state.barIsShown = true
        }
    }

    /// Called after each step of a painting.
    func progress(_ progress: Stylizer.Progress) {
        show(fraction: progress.fraction, facts: progress.facts, scale: (progress.scale, progress.summary))
    }

    /// Called now and then during work that has no scales.
    func progress(fraction: Double, facts: [String]) { show(fraction: fraction, facts: facts, scale: nil) }

    /// Takes the bar away.
    func end() {
        state.withLock { state in
            erase(&state)
            finishScale(at: .now, &state)
        }
    }

    // MARK: - Writing

    private func isDue(at now: ContinuousClock.Instant, _ state: State) -> Bool {
        let pause: Duration = redraws ? .milliseconds(100) : .seconds(10)
        return state.lastShown.map { $0.duration(to: now) >= pause } ?? true
    }

    private func finishScale(at now: ContinuousClock.Instant, _ state: inout State) {
        guard let scale = state.scale else { return }
        say("\(scale.summary), took \(state.scaleStart.duration(to: now).short)", from: .verbose, &state)
        state.scaleStart = now
        state.scale = nil
    }

    private func say(_ line: String, from level: Verbosity, _ state: inout State) {
        guard verbosity >= level else { return }
        erase(&state)
        put(line + "\n")
    }

    private func show(fraction: Double, facts: [String], scale: (index: Int, summary: String)?) {
        guard verbosity >= .normal else { return }
        let now = ContinuousClock.now
        state.withLock { state in
            let timeLeft = state.timeLeft.update(fraction: fraction, at: state.start.duration(to: now))
            let isNewScale = state.scale?.index != scale?.index
            if isNewScale { finishScale(at: now, &state) }
            state.scale = scale
            guard isDue(at: now, state) || (isNewScale && !redraws) else { return }
            state.lastShown = now
            let line = ProgressShare(fraction: fraction, facts: facts, timeLeft: timeLeft)
            if redraws {
                // The last column stays free: some terminals wrap when it is filled.
                put("\r\u{1B}[K" + line.bar(width: StandardStream.error.width - 1, colours: colours))
                state.barIsShown = true
            } else {
                put(line.plain + "\n")
            }
        }
    }

    private func erase(_ state: inout State) {
        guard state.barIsShown else { return }
        put("\r\u{1B}[K")
        state.barIsShown = false
    }

    /// What cannot be said is not worth stopping for.
    private func put(_ text: String) {
        try? StandardStream.error.write(text)
    }
}
