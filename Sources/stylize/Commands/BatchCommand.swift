import ArgumentParser
import Files
import Numerics
import Painting

/// A command that may paint many pictures, each written when it is done.
protocol BatchCommand: PaintingOptions {
    var result: ResultOptions { get }
    var running: RunOptions { get }
    var batch: BatchOptions { get }
    var optimization: OptimizerOptions { get }
}

extension BatchCommand {
    static var defaultFolder: String { "stylized" }

    /// - Parameter existing: what is done about outputs that are there already.
    func request(existing: PaintingRequest.Existing) -> PaintingRequest {
        var request = commonRequest()
        result.apply(to: &request, existing: existing)
        running.apply(to: &request)
        optimization.apply(to: &request)
        return request
    }

    /// What many pictures have in common.
    func requestForMany() throws -> PaintingRequest {
        try require(running.previewEvery == nil, "--preview-every is for one picture.")
        try requireCommonStart("A run over many pictures")
        return request(existing: batch.update ? .updated : .keptIfSame)
    }

    /// Paints until all is done or Ctrl-C stops it.
    ///
    /// - Throws: `ExitCode` when a painting could not be made.
    func paint(_ requests: [PaintingRequest]) throws {
        let run = try PaintingRun(requests, shard: batch.shard)
        let console = Console(
            running.verbosity, onInterrupt: "Stopping; what is painted is kept. Press Ctrl-C again to quit at once.")
        let reporter = console.reporter
        reporter.note("\(run.requests.count.counted("picture")) to paint into \(run.place).")
        let summary = try Parallel.$threadCount.withValue(running.common.threadCount) {
            let painter = try makePainter(requests[0], reporter)
            return try run.run(with: painter, isDry: batch.dryRun, console) { [json = running.json] report, request in
                reporter.say(report, request)
                try printReport(report, asJSON: json)
            }
        }
        reporter.say(summary, place: run.place)
        if running.json { try printLine(jsonLine(summary)) }
        if summary.failed > 0 { throw ExitCode(Failure.Kind.unmade.rawValue) }
    }
}
