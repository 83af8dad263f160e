import Foundation

/// Runs a worker, which a reader's fault may end, and says which input it was at.
struct Supervisor {
    private let inputs: Inputs
    private let arguments: Arguments

    init(_ inputs: Inputs, _ arguments: Arguments) {
        (self.inputs, self.arguments) = (inputs, arguments)
    }

    /// - Returns: an exit status.
    /// - Throws: `Arguments.Failure` when the worker cannot be started, and whatever keeps an input from being written.
    func run() throws -> Int32 {
        let folder = FileManager.default.temporaryDirectory
        let path = folder.appending(path: "fuzz-\(ProcessInfo.processInfo.processIdentifier)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let inputAtHand = try InputAtHand(path: path)
        inputAtHand.index = InputAtHand.none

        let end = try waitForEnd(of: startWorker(path), inputAtHand)
        guard end != .exit(0) else { return 0 }
        let index = inputAtHand.index
        guard index != InputAtHand.none else {
            print("\(arguments.reader): the end of the run failed, as it does when memory was not freed.")
            return 1
        }
        switch end {
        case .exit(Worker.limitStatus): break  // the worker said why
        case .stuck: print("\(arguments.reader): input \(index) does not come to an end.")
        case .exit, .signal: print("\(arguments.reader): input \(index) ends the program.")
        }
        let kept = folder.appending(path: "\(arguments.reader)-\(arguments.seed)-\(index)")
        try Data(inputs[index]).write(to: kept)
        print(
            "It is in \(kept.path); again: Fuzz \(arguments.reader) --seed \(arguments.seed) --skip \(index) --inputs 1"
        )
        return 1
    }

    /// Not by Foundation's `Process`, which leaves memory behind that the address sanitizer complains of.
    private func startWorker(_ path: String) throws -> pid_t {
        // A short quarantine, for memory to be that of the readers; Swift's own handler of traps does not go with the
        // address sanitizer.
        let sanitizerOptions = [
            "ASAN_OPTIONS": "quarantine_size_mb=16:allocator_may_return_null=1:handle_sigill=2:handle_sigtrap=2",
            "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
        ]
        let environment = sanitizerOptions.merging(ProcessInfo.processInfo.environment) { $1 }
        let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
        let words = [program] + CommandLine.arguments.dropFirst() + [Arguments.workerOption, path]
        let (wordPointers, variables) = (words.map { strdup($0) }, environment.map { strdup("\($0)=\($1)") })
        defer { for text in wordPointers + variables { free(text) } }
        var worker: pid_t = 0
        guard posix_spawn(&worker, program, nil, nil, wordPointers + [nil], variables + [nil]) == 0 else {
            throw Arguments.Failure(description: "\(program) cannot be started.")
        }
        return worker
    }

    private enum End: Equatable {
        case exit(Int32)
        case signal
        /// At the same input for a minute.
        case stuck
    }

    private func waitForEnd(of worker: pid_t, _ inputAtHand: InputAtHand) -> End {
        var (index, since) = (inputAtHand.index, ContinuousClock.now)
        var status: Int32 = 0
        while waitpid(worker, &status, WNOHANG) == 0 {
            usleep(50_000)
            if inputAtHand.index != index { (index, since) = (inputAtHand.index, .now) }
            if index != InputAtHand.none, since.duration(to: .now) > .seconds(60) {
                kill(worker, SIGKILL)
                waitpid(worker, &status, 0)
                return .stuck
            }
        }
        // The macros of wait(2): the signal in the lower seven bits, the status above.
        return status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal
    }
}
