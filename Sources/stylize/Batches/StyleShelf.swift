import StyleTransfer
import Synchronization

/// The styles at work, each read and prepared once while it is needed.
final class StyleShelf: Sendable {
    private let capacity: Int
    /// The latest last.
    private let kept = Mutex<[(paths: [String], shares: [Float], styles: PreparedStyles)]>([])

    /// - Parameter capacity: how many are kept.
    init(capacity: Int) { self.capacity = capacity }

    func prepared(_ job: BatchJob, _ stylizer: Stylizer) throws -> PreparedStyles {
        let known = kept.withLock { kept in
            kept.first { $0.paths == job.styles && $0.shares == job.shares }?.styles
        }
        if let known { return known }
        let styles = try stylizer.prepare(
            zip(job.styles, job.shares).map { .init(try PictureFile.read($0), weight: $1) })
        kept.withLock { kept in
            kept.append((job.styles, job.shares, styles))
            if kept.count > capacity { kept.removeFirst() }
        }
        return styles
    }
}
