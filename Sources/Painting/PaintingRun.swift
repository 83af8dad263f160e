import Files
import Foundation
import Imaging
import Numerics
import StyleTransfer
import Synchronization

/// A run over many pictures, several at once, each written when it is done.
///
/// A painting that is there already is left alone if it was made of the same pictures with the same settings, which it
/// says itself. So a run that was killed is completed by running it again.
public struct PaintingRun: Sendable {
    /// What became of all.
    public struct Summary: Encodable, Equatable, Sendable {
        public var pictures: Int
        public var painted = 0
        public var kept = 0
        public var planned = 0
        public var outdated = 0
        public var failed = 0
        public var seconds = 0.0
    }

    public let requests: [PaintingRequest]

    /// - Parameters:
    ///   - requests: all that there is to do, each with a file to write.
    ///   - shard: the part of it that is done here.
    /// - Throws: `Failure` when an output cannot be meant.
    public init(_ requests: [PaintingRequest], shard: Shard? = nil) throws {
        for request in requests { _ = try request.format }
        try Self.requireSeparateOutputs(requests)
        self.requests = shard?.part(of: requests) ?? requests
    }

    /// Throws when a painting would take the place of another one or of an input.
    private static func requireSeparateOutputs(_ requests: [PaintingRequest]) throws {
        // Most pictures are inputs of many.
        var places: [ExactPath: ExactPath] = [:]
        var paths: [ExactPath: String] = [:]
        for path in requests.flatMap(\.pictures) where places[ExactPath(path)] == nil {
            let place = ExactPath(resolved(path))
            places[ExactPath(path)] = place
            paths[place] = path
        }
        var writers: [ExactPath: PaintingRequest] = [:]
        for request in requests {
            guard let output = request.file else { continue }
            let place = ExactPath(resolved(output))
            if let other = writers.updateValue(request, forKey: place) {
                throw Failure(
                    .usage,
                    "\(output) would be written twice: from \(other.inputs) and from \(request.inputs).")
            }
            if let input = paths[place] {
                throw Failure(.usage, "\(request.title) would have \(input) replaced, which is painted from.")
            }
        }
    }

    private var folders: [String] { Set(requests.compactMap(\.file).map(folder)).sorted() }

    /// `stylized`, or how many folders they are.
    public var place: String { folders.count == 1 ? folders[0] : "\(folders.count) folders" }

    // MARK: - Many at a time

    /// A painting that is to be made.
    private struct Missing {
        var index: Int
        /// As of when the run began.
        var plan: Painter.Plan
    }

    /// So many at once take too much memory.
    private struct DoesNotFit: Error {}

    /// - Parameters:
    ///   - isDry: whether nothing is done but told what would be.
    ///   - onEnd: called with what became of each request, from several threads; what it throws ends the run.
    /// - Throws: `Failure` when somebody stopped it, or paintings that were made otherwise are in the way, and what `onEnd`
    ///   throws.
    public func run(
        with painter: Painter, isDry: Bool = false, _ observer: some WorkObserver,
        onEnd: @escaping @Sendable (PaintingReport, PaintingRequest) throws -> Void
    ) throws -> Summary {
        let began = ContinuousClock.now
        if !isDry {
            for folder in folders {
                try OutputFile.makeFolder(folder, option: "--output")
                TemporaryName.removeLeftOvers(from: folder)
            }
        }
        observer.begin()
        defer { observer.end() }
        let tally = Tally(count: requests.count, onEnd)
        let missing = try missing(painter, isDry: isDry, tally, observer)
        tally.begin(missing.map(\.index))
        // Threads that share a picture wait for each other now and then: several pictures at once are faster. What does
        // not come out even is painted by more threads together, and so is what would take too much memory.
        let threads = Parallel.threadCount
        var (left, atOnce) = (isDry ? [] : missing, threads)
        while !left.isEmpty {
            atOnce = max(1, min(atOnce, left.count))
            let even = Array(left.prefix(left.count / atOnce * atOnce))
            let unfit = Mutex<[Missing]>([])
            try Self.forEach(even, at: atOnce) { missing in
                try Parallel.$threadCount.withValue((threads + atOnce - 1) / atOnce) {
                    do {
                        try paint(missing, painter, atOnce: atOnce, tally, observer)
                    } catch is DoesNotFit {
                        unfit.withLock { $0.append(missing) }
                    }
                }
            }
            left = unfit.withLock(\.self) + left.dropFirst(even.count)
            atOnce /= 2
        }
        var summary = tally.summary
        guard !observer.wantsStop else {
            throw Failure(
                .interrupted,
                "stopped with \(summary.painted + summary.kept) of \(summary.pictures) there; run it again to carry on."
            )
        }
        summary.seconds = (began.duration(to: .now) / .milliseconds(1)).rounded() / 1000
        return summary
    }

    /// What is to be painted, in the order that shares most: what is there already, or cannot be painted, is told.
    private func missing(
        _ painter: Painter, isDry: Bool, _ tally: Tally, _ observer: some WorkObserver
    ) throws -> [Missing] {
        // One of each setup after the other, and within it a style after the other, so that only those at work are kept.
        var setups: [String: Int] = [:]
        let keys = requests.map { request in
            let options = request.options.joined(separator: " ")
            let setup = setups[options] ?? setups.count
            setups[options] = setup
            return (setup, request.styles.joined(separator: "\n"))
        }
        let order = requests.indices.sorted { (keys[$0].0, keys[$0].1, $0) < (keys[$1].0, keys[$1].1, $1) }
        var missing: [Missing] = []
        for index in order where !observer.wantsStop {
            try attempt(index, tally) {
                let plan = try painter.plan(requests[index])
                guard !plan.isKept else { return PaintingReport(requests[index], .kept) }
                missing.append(Missing(index: index, plan: plan))
                guard isDry else { return nil }
                return PaintingReport(requests[index], plan.found == .outdated ? .outdated : .planned)
            }
        }
        let inTheWay = missing.filter { $0.plan.found == .outdated && requests[$0.index].existing == .keptIfSame }
        guard isDry || inTheWay.isEmpty else {
            let example = requests[inTheWay[0].index].file!
            throw Failure(
                .output,
                "\(place) has \(inTheWay.count) to replace, made of other pictures or with other settings, such as "
                    + "\(example), and \(missing.count - inTheWay.count) new; pass --update to replace them, or choose "
                    + "another --output.")
        }
        return missing
    }

    /// - Parameter atOnce: how many are painted side by side.
    /// - Throws: `DoesNotFit`, and what hearing of its end throws.
    private func paint(
        _ missing: Missing, _ painter: Painter, atOnce: Int, _ tally: Tally, _ observer: some WorkObserver
    ) throws {
        let (index, request) = (missing.index, requests[missing.index])
        try attempt(index, tally) {
            guard !observer.wantsStop else { return nil }
            let requireRoom = { (_: Picture, memory: Double) in
                if atOnce > 1, Double(atOnce) * memory > Memory.available { throw DoesNotFit() }
            }
            let painting = try painter.paint(request, missing.plan, onStart: requireRoom) { progress in
                let (fraction, done) = tally.update(index, fraction: progress.fraction)
                observer.progress(
                    fraction: fraction, facts: ["\(done + 1) of \(requests.count)", request.title])
                return observer.wantsStop ? .stop : .carryOn
            }
            // What is not finished is not kept: a run without a break would have made something else.
            guard !painting.result.wasStopped else { return nil }
            try painting.write()
            return painting.report
        }
    }

    /// Tells what became of a request. What goes wrong with one is reported, and the others are painted all the same.
    ///
    /// - Parameter body: `nil` when there is nothing to tell.
    private func attempt(
        _ index: Int, _ tally: Tally, _ body: () throws -> PaintingReport?
    ) throws {
        let report: PaintingReport?
        do {
            report = try body()
        } catch let failure as Failure {
            report = PaintingReport(requests[index], .failed, reason: failure.sentence)
        }
        guard let report else { return }
        try tally.end(index, report, requests[index])
    }

    /// Calls `body` for each of the items on so many threads. What it throws ends the loop.
    private static func forEach<Item>(_ items: [Item], at threads: Int, _ body: (Item) throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        Parallel.$threadCount.withValue(threads) {
            Parallel.forEachUnchecked(items.count) { position, _ in
                guard failure.withLock({ $0 == nil }) else { return }
                do {
                    try body(items[position])
                } catch {
                    failure.withLock { $0 = error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// How much of each painting is done, and what became of those that are.
    private final class Tally: Sendable {
        private let state: Mutex<(fractions: [Int: Double], summary: Summary)>

        private let onEnd: @Sendable (PaintingReport, PaintingRequest) throws -> Void

        init(count: Int, _ onEnd: @escaping @Sendable (PaintingReport, PaintingRequest) throws -> Void) {
            state = Mutex(([:], Summary(pictures: count)))
            self.onEnd = onEnd
        }

        var summary: Summary { state.withLock(\.summary) }

        /// These are to be painted: what is there already says nothing of the time that is left.
        func begin(_ indices: [Int]) {
            state.withLock { state in for index in indices { state.fractions[index] = 0 } }
        }

        /// - Returns: the share of what is painted that is done, and how many are there.
        func update(_ index: Int, fraction: Double) -> (fraction: Double, done: Int) {
            state.withLock { state in
                state.fractions[index] = fraction
                let mean = state.fractions.values.reduce(0, +) / Double(state.fractions.count)
                return (mean, state.summary.painted + state.summary.kept)
            }
        }

        func end(_ index: Int, _ report: PaintingReport, _ request: PaintingRequest) throws {
            state.withLock { state in
                if state.fractions[index] != nil { state.fractions[index] = 1 }
                switch report.state {
                case .painted, .stopped: state.summary.painted += 1
                case .kept: state.summary.kept += 1
                case .planned: state.summary.planned += 1
                case .outdated: state.summary.outdated += 1
                case .failed: state.summary.failed += 1
                }
            }
            try onEnd(report, request)
        }
    }
}

extension PaintingRequest {
    /// `photos/photo.jpg and styles/waves.png`
    fileprivate var inputs: String { ([content] + styles).formatted(.list(type: .and)) }
}
