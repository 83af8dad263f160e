import Foundation
import Kernels
import Numerics

/// Runs the inputs, until one of them takes too long or too much memory.
struct Worker {
    /// In a worker's exit status: an input went over a limit, and the worker said which.
    static let limitStatus: Int32 = 3
    /// In seconds of processor time, since others may keep the processor busy.
    private static let timeLimit = 1.0

    private let inputs: Inputs
    private let arguments: Arguments
    private let inputAtHand: InputAtHand

    init(_ inputs: Inputs, _ arguments: Arguments, inputAtHand: InputAtHand) {
        (self.inputs, self.arguments, self.inputAtHand) = (inputs, arguments, inputAtHand)
    }

    /// - Returns: an exit status.
    func run() -> Int32 {
        Parallel.$threadCount.withValue(1) {
            let began = ContinuousClock.now
            var acceptedCount = 0
            var slowest = (seconds: 0.0, index: 0)
            for index in arguments.skip..<arguments.skip + arguments.count {
                inputAtHand.index = index
                let bytes = inputs[index]
                let start = Self.processorTime
                if arguments.reader.accepts(bytes) { acceptedCount += 1 }
                let seconds = Self.processorTime - start
                if seconds > slowest.seconds { slowest = (seconds, index) }
                if slowest.seconds > Self.timeLimit {
                    return report(index, "takes more than \(Self.timeLimit) s")
                }
                if Self.peakMemory > arguments.memoryLimit {
                    return report(index, "takes the memory beyond \(arguments.memoryLimit) MB")
                }
            }
            inputAtHand.index = InputAtHand.none
            let seconds = began.duration(to: .now) / .seconds(1)
            let rate = Int(Double(arguments.count) / seconds)
            print(
                """
                \(arguments.reader): \(arguments.count) inputs, \(acceptedCount) read and \
                \(arguments.count - acceptedCount) refused, in \(rounded(seconds)) s, \(rate) a second; \
                the slowest took \(rounded(slowest.seconds * 1000)) ms (input \(slowest.index)), \
                memory was \(Self.peakMemory) MB at most.
                """)
            return 0
        }
    }

    private func rounded(_ number: Double) -> Double { (number * 10).rounded() / 10 }

    private func report(_ index: Int, _ finding: String) -> Int32 {
        print("\(arguments.reader): input \(index) \(finding).")
        return Self.limitStatus
    }

    /// Of all threads, in seconds.
    private static var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// In megabytes.
    private static var peakMemory: Int {
        var usage = rusage()
        // The unit differs: bytes on macOS, kilobytes on Linux.
        #if os(macOS)
            getrusage(RUSAGE_SELF, &usage)
            return usage.ru_maxrss >> 20
        #else
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return usage.ru_maxrss >> 10
        #endif
    }
}
