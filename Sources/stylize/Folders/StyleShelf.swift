import StyleTransfer
import Synchronization

/// The styles at work, each read and prepared once while it is needed.
final class StyleShelf: Sendable {
    private let shares: [Float]
    private let maximumPixels: Int
    private let capacity: Int
    /// The latest last.
    private let kept = Mutex<[(paths: [String], styles: PreparedStyles)]>([])

    /// - Parameters:
    ///   - shares: of styles that are blended.
    ///   - maximumPixels: a larger picture is refused.
    ///   - capacity: how many are kept.
    init(shares: [Float], maximumPixels: Int, capacity: Int) {
        (self.shares, self.maximumPixels, self.capacity) = (shares, maximumPixels, capacity)
    }

    func prepared(_ paths: [String], _ stylizer: Stylizer) throws -> PreparedStyles {
        if let styles = kept.withLock({ kept in kept.first { $0.paths == paths }?.styles }) { return styles }
        // A single style has the whole, whatever its share among others.
        let styles = try stylizer.prepare(
            zip(paths, paths.count > 1 ? shares : [1]).map {
                .init(try PictureFile.read($0, maximumPixels: maximumPixels), weight: $1)
            })
        kept.withLock { kept in
            kept.append((paths, styles))
            if kept.count > capacity { kept.removeFirst() }
        }
        return styles
    }
}
