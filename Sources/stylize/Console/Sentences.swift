import Files
import Painting

extension Reporter {
    /// What became of a single picture.
    func say(_ report: PaintingReport) {
        let place = report.output == "-" ? "standard output" : report.output ?? ""
        let size = "\(report.width ?? 0)x\(report.height ?? 0)"
        let time = Duration.seconds(report.seconds ?? 0).short
        let steps = "\((report.steps ?? 0).counted("step")) in \(time)"
        let facts = "\(size), \(steps), loss \((report.loss ?? 0).short), seed \(report.seed)"
        note(
            report.state == .stopped
                ? "Stopped early; the best so far is in \(place): \(facts)." : "Wrote \(place): \(facts).")
    }

    /// What became of one of many.
    func say(_ report: PaintingReport, _ request: PaintingRequest) {
        if let reason = report.reason { return failure(reason) }
        guard let width = report.width, let height = report.height, let seconds = report.seconds else { return }
        note("\(request.title), \(width)x\(height), \(Duration.seconds(seconds).short)")
    }

    /// What became of many.
    func say(_ summary: PaintingRun.Summary, place: String) {
        let there = summary.painted + summary.kept
        guard summary.planned + summary.outdated == 0 else {
            return note("\(summary.outdated) to replace, \(summary.planned) new, \(summary.kept) there already.")
        }
        note(
            summary.failed == 0
                ? "All \(there) are in \(place)."
                : "\(there) of \(summary.pictures) are in \(place); \(summary.failed) could not be painted.")
    }
}
