import StyleTransfer
import Synchronization

/// The styles at work, each read and prepared once while it is needed.
final class StyleShelf: Sendable {
    private let maximumPixels: Int
    private let capacity: Int
    /// The latest last.
    private let kept = Mutex<[(paths: [String], shares: [Float], styles: PreparedStyles)]>([])

    /// - Parameters:
    ///   - maximumPixels: a larger picture is refused.
    ///   - capacity: how many are kept.
    init(maximumPixels: Int, capacity: Int) {
        (self.maximumPixels, self.capacity) = (maximumPixels, capacity)
    }

    func prepared(_ job: BatchJob, _ stylizer: Stylizer) throws -> PreparedStyles {
        let known = kept.withLock { kept in
            kept.first { $0.paths == job.styles && $0.shares == job.shares }?.styles
        }
        if let known { return known }
        let styles = try stylizer.prepare(
            zip(job.styles, job.shares).map {
                .init(try PictureFile.read($0, maximumPixels: maximumPixels), weight: $1)
            })
        kept.withLock { kept in
            kept.append((job.styles, job.shares, styles))
            if kept.count > capacity { kept.removeFirst() }
        }
        return styles
    }
}
