import Painting

/// What a command that works for long says, and whether somebody wants it to stop.
struct Console: WorkObserver {
    let reporter: Reporter
    private let interrupts: Interrupts

    /// - Parameter onInterrupt: said when somebody wants a stop.
    init(_ verbosity: Reporter.Verbosity, onInterrupt: String) {
        let reporter = Reporter(verbosity: verbosity)
        self.reporter = reporter
        interrupts = Interrupts { reporter.note(onInterrupt) }
    }

    var wantsStop: Bool { interrupts.wantsStop }
    func note(_ sentence: String) { reporter.note(sentence) }
    func begin() { reporter.begin() }
    func end() { reporter.end() }
    func progress(fraction: Double, facts: [String]) { reporter.progress(fraction: fraction, facts: facts) }
}
