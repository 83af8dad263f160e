import ArgumentParser
import Foundation
import Imaging
import Kernels
import Numerics
import Safetensors
import StyleTransfer
import Synchronization

/// A command that paints many pictures, each written when it is done.
protocol BatchCommand: PaintingOptions {
    var result: ResultOptions { get }
    var running: RunOptions { get }
    var batch: BatchOptions { get }
}

/// A run over many pictures, each written when it is done.
///
/// A painting that is there already is left alone if it was made of the same pictures with the same settings, which its
/// own metadata say. So a run that was killed is completed by running it again.
struct BatchRun {
    static let defaultFolder = "stylized"
    static let fingerprintKey = "Fingerprint"

    private let jobs: [BatchJob]
    private let command: any BatchCommand

    /// - Parameter jobs: all that there is to do; `command` may ask for a part of it.
    init(_ jobs: [BatchJob], _ command: some BatchCommand) throws {
        try require(command.running.previewEvery == nil, "--preview-every is for one picture.")
        try command.requireCommonStart("A run over many pictures")
        for job in jobs { _ = try command.result.format(of: job.output) }
        try Self.requireSeparateOutputs(jobs)
        self.jobs = command.batch.shard.map { $0.part(of: jobs) } ?? jobs
        self.command = command
    }

    /// Throws when a painting would take the place of another one or of an input.
    private static func requireSeparateOutputs(_ jobs: [BatchJob]) throws {
        let inputs = Set(jobs.flatMap { [$0.content] + $0.styles }).map { (path: $0, place: resolved($0)) }
        let paths = Dictionary(inputs.map { ($0.place, $0.path) }, uniquingKeysWith: { first, _ in first })
        var writers: [String: BatchJob] = [:]
        for job in jobs {
            let place = resolved(job.output)
            if let other = writers.updateValue(job, forKey: place) {
                throw Failure(
                    .usage,
                    "\(job.output) would be written twice: from \(other.inputs) and from \(job.inputs).")
            }
            if let input = paths[place] {
                throw Failure(.usage, "\(job.title) would have \(input) replaced, which is painted from.")
            }
        }
    }

    /// What became of a painting, as a script reads it.
    struct Report: Encodable {
        enum State: String, Encodable {
            case painted
            case kept
            case failed
            case planned
        }

        var output: String
        var content: String
        var styles: [String]
        var state: State
        var seconds: Double?
        var reason: String?
    }

    /// Runs until all is done or Ctrl-C stops it.
    ///
    /// - Throws: `ExitCode` when a painting could not be made.
    func runInForeground() throws {
        let reporter = Reporter(verbosity: command.running.verbosity)
        let interrupts = Interrupts {
            reporter.note("Stopping; what is painted is kept. Press Ctrl-C again to quit at once.")
        }
        let isComplete = try Parallel.$threadCount.withValue(command.running.common.threadCount) {
            try run(reporter, interrupts)
        }
        if !isComplete { throw ExitCode(Failure.Kind.unmade.rawValue) }
    }

    /// - Returns: whether every painting is there in the end.
    private func run(_ reporter: Reporter, _ interrupts: Interrupts) throws -> Bool {
        let folders = Set(jobs.map { folder(of: $0.output) }).sorted()
        reporter.note("\(jobs.count.counted("picture")) to paint into \(place(folders)).")
        let stylizer = try command.makeStylizer(size: command.result.size, steps: command.running.steps, reporter)
        let state = Progress(count: jobs.count)
        if command.batch.dryRun {
            for index in jobs.indices {
                guard let found = try look(index, stylizer, state, reporter) else { continue }
                try print(report(jobs[index], found.isDone ? .kept : .planned))
            }
            return state.failureCount == 0
        }
        for folder in folders {
            try OutputFile.makeFolder(folder, option: "--output")
            LeftOvers.remove(from: folder)
        }
        let styles = StyleShelf(
            maximumPixels: command.result.reading.maxPixels, capacity: Parallel.threadCount)
        // A style after the other, so that only those at work are kept.
        let order = jobs.indices.sorted { (jobs[$0].styles.joined(), $0) < (jobs[$1].styles.joined(), $1) }
        reporter.begin()
        defer { reporter.end() }

        var missing: [Missing] = []
        for index in order where !interrupts.wantsStop {
            guard let found = try look(index, stylizer, state, reporter) else { continue }
            if found.isDone {
                state.finish(index, failed: false)
                try print(report(jobs[index], .kept))
            } else {
                missing.append(Missing(index: index, fingerprint: found.fingerprint))
            }
        }
        // Threads that share a picture wait for each other now and then: several pictures at once are faster. What does
        // not come out even is painted by all threads together, and so is what would take too much memory.
        let threads = Parallel.threadCount
        let atOnce = max(1, min(threads, missing.count))
        let even = missing.prefix(missing.count / atOnce * atOnce)
        let deferred = Mutex(Set(missing.dropFirst(even.count).map(\.index)))
        try Self.forEach(Array(even), at: atOnce) { missing in
            try Parallel.$threadCount.withValue((threads + atOnce - 1) / atOnce) {
                let fits = try paint(missing, stylizer, styles, atOnce: atOnce, state, reporter, interrupts)
                if !fits { deferred.withLock { _ = $0.insert(missing.index) } }
            }
        }
        let rest = deferred.withLock { $0 }
        for missing in missing where rest.contains(missing.index) {
            _ = try paint(missing, stylizer, styles, atOnce: 1, state, reporter, interrupts)
        }
        guard !interrupts.wantsStop else {
            throw Failure(
                .interrupted, "stopped with \(state.doneCount) of \(jobs.count) there; run it again to carry on.")
        }
        let failures = state.failureCount
        reporter.note(
            failures == 0
                ? "All \(jobs.count) are in \(place(folders))."
                : "\(jobs.count - failures) of \(jobs.count) are in \(place(folders)); \(failures) could not be painted."
        )
        return failures == 0
    }

    /// `stylized`, or how many folders they are.
    private func place(_ folders: [String]) -> String {
        folders.count == 1 ? folders[0] : "\(folders.count) folders"
    }

    // MARK: - One painting

    /// A painting that is not there yet.
    private struct Missing {
        var index: Int
        /// Of its inputs when the run began.
        var fingerprint: String
    }

    private enum Outcome {
        case painted(width: Int, height: Int)
        case stopped
        /// Too many at once take too much memory.
        case doesNotFit
    }

    /// - Parameter atOnce: how many are painted side by side.
    /// - Returns: false when so many take too much memory.
    private func paint(
        _ missing: Missing, _ stylizer: Stylizer, _ styles: StyleShelf, atOnce: Int, _ state: Progress,
        _ reporter: Reporter, _ interrupts: Interrupts
    ) throws -> Bool {
        let index = missing.index
        let job = jobs[index]
        let began = ContinuousClock.now
        let outcome = try attempt(index, state, reporter) { () throws -> Outcome in
            guard !interrupts.wantsStop else { return .stopped }
            let decoded = try PictureFile.readWithMetadata(
                job.content, maximumPixels: command.result.reading.maxPixels)
            let content = decoded.picture
            let size = stylizer.outputSize(for: content)
            let format = try command.result.format(of: job.output)
            try PictureFile.requireRoom(size, in: format, at: job.output)
            let memory = Double(atOnce) * stylizer.memoryNeeded(width: size.width, height: size.height)
            if atOnce > 1, memory > Double(ProcessInfo.processInfo.physicalMemory) / 2 { return .doesNotFit }
            let result = try stylizer.stylize(content, styles: styles.prepared(job, stylizer)) { progress in
                let fraction = state.update(index, fraction: progress.fraction)
                reporter.progress(fraction: fraction, facts: ["\(state.doneCount + 1) of \(jobs.count)", job.title])
                return interrupts.wantsStop ? .stop : .carryOn
            }
            // What is not finished is not kept: a run without a break would have made something else.
            guard !result.wasStopped else { return .stopped }
            guard result.loss.isFinite else {
                throw Failure(.unmade, "\(job.content) cannot be painted: the steps go astray.")
            }
            guard try fingerprint(job, stylizer) == missing.fingerprint else {
                throw Failure(.input, "\(job.inputs) changed while they were painted from; run it again.")
            }
            let bytes = try PictureFile.encode(
                result.picture, as: format, metadata: command.result.kept(of: decoded.metadata),
                record: record(job, stylizer), fingerprint: missing.fingerprint)
            try interrupts.whileWriting { try OutputFile.write(bytes, to: job.output, replacing: true) }
            return .painted(width: size.width, height: size.height)
        }
        switch outcome {
        case .painted(let width, let height):
            state.finish(index, failed: false)
            let seconds = began.duration(to: .now) / .seconds(1)
            reporter.note("\(job.title), \(width)x\(height), \(Duration.seconds(seconds).short)")
            try print(report(job, .painted, seconds: seconds))
            return true
        case .stopped, nil: return true
        case .doesNotFit: return false
        }
    }

    /// What goes wrong with one painting is reported, and the others are painted all the same.
    ///
    /// - Returns: `nil` when something went wrong.
    private func attempt<Value>(
        _ index: Int, _ state: Progress, _ reporter: Reporter, _ body: () throws -> Value
    ) throws -> Value? {
        do {
            return try body()
        } catch let failure as Failure where failure.kind != .usage {
            try fail(index, failure.sentence, state, reporter)
        } catch let error as StyleTransferError {
            try fail(index, "\(jobs[index].content) cannot be painted: \(error).", state, reporter)
        }
        return nil
    }

    private func fail(_ index: Int, _ sentence: String, _ state: Progress, _ reporter: Reporter) throws {
        state.finish(index, failed: true)
        reporter.failure(sentence)
        try print(report(jobs[index], .failed, reason: sentence))
    }

    /// The command line that repeats a painting alone.
    private func record(_ job: BatchJob, _ stylizer: Stylizer) -> String {
        let pictures = PictureOptions.recorded(content: job.content, styles: job.styles, shares: job.shares)
        return
            (["stylize"] + pictures + command.recordedSettings
            + command.optimization.recordedChoice(stylizer.settings.optimizer)).joined(separator: " ")
    }

    private func report(
        _ job: BatchJob, _ state: Report.State, seconds: Double? = nil, reason: String? = nil
    ) -> Report {
        Report(
            output: job.output, content: job.content, styles: job.styles, state: state,
            seconds: seconds.map { ($0 * 1000).rounded() / 1000 }, reason: reason)
    }

    private func print(_ report: Report) throws {
        if command.running.json {
            try printLine(jsonLine(report))
        } else if report.state != .failed {
            try printLine(report.output)
        }
    }

    // MARK: - What is there already

    /// What a painting depends on, and whether it is there already; `nil` when that cannot be told, which is reported.
    private func look(
        _ index: Int, _ stylizer: Stylizer, _ state: Progress, _ reporter: Reporter
    ) throws -> (fingerprint: String, isDone: Bool)? {
        try attempt(index, state, reporter) {
            let fingerprint = try fingerprint(jobs[index], stylizer)
            return (fingerprint, try isDone(jobs[index], fingerprint))
        }
    }

    /// Stands for all that a painting depends on: the pictures' bytes, the settings, the network and the optimizer.
    private func fingerprint(_ job: BatchJob, _ stylizer: Stylizer) throws -> String {
        var digest = Digest()
        digest.add(Stylize.version)
        digest.add((command.recordedSettings + job.shares.map { "\($0)" }).joined(separator: " "))
        digest.add(stylizer.network.digest)
        if case .learned(let learned) = stylizer.settings.optimizer { digest.add(learned.safetensors.bytes) }
        for path in [job.content] + job.styles {
            do {
                digest.add(try File.read(path))
            } catch {
                throw Failure(.input, "\(path) cannot be read: \(error).")
            }
        }
        return digest.text
    }

    /// - Throws: `Failure` when another file is in the way, which only `--force` replaces.
    private func isDone(_ job: BatchJob, _ fingerprint: String) throws -> Bool {
        let bytes: [UInt8]
        do {
            bytes = try File.read(job.output)
        } catch ImagingError.noSuchFile {
            return false
        } catch {
            throw Failure(.output, "\(job.output) is in the way and cannot be read: \(error).")
        }
        let found = StoredText.read(bytes)[Self.fingerprintKey]
        guard found != nil || command.result.force else {
            throw Failure(.output, "\(job.output) is none of ours; choose another --output, or pass --force.")
        }
        return found == fingerprint && !command.result.force
    }

    // MARK: - Many at a time

    /// Calls `body` for each of the items on so many threads. What it throws ends the loop.
    private static func forEach<Item>(_ items: [Item], at threads: Int, _ body: (Item) throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        Parallel.$threadCount.withValue(threads) {
            withoutActuallyEscaping(body) { body in
                Parallel.forEach(items.count, sharing: (items, body)) { shared, position, _ in
                    guard failure.withLock({ $0 == nil }) else { return }
                    do {
                        try shared.1(shared.0[position])
                    } catch {
                        failure.withLock { $0 = error }
                    }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// How much of each painting is done.
    private final class Progress: Sendable {
        private struct State {
            var fractions: [Double]
            var doneCount = 0
            var failureCount = 0
        }

        private let state: Mutex<State>

        init(count: Int) { state = Mutex(State(fractions: .init(repeating: 0, count: count))) }

        var doneCount: Int { state.withLock(\.doneCount) }
        var failureCount: Int { state.withLock(\.failureCount) }

        /// - Returns: the share of the whole that is done.
        func update(_ index: Int, fraction: Double) -> Double {
            state.withLock { state in
                state.fractions[index] = fraction
                return state.fractions.reduce(0, +) / Double(state.fractions.count)
            }
        }

        func finish(_ index: Int, failed: Bool) {
            state.withLock { state in
                state.fractions[index] = 1
                if failed { state.failureCount += 1 } else { state.doneCount += 1 }
            }
        }
    }
}
