import Files
import Foundation
import StyleTransfer

/// The picture so far of a request, written beside the output every few steps.
public struct Preview {
    private let path: String
    private let interval: Int
    private var lastStep = 0

    /// - Returns: `nil` when the request wants none.
    public init?(_ request: PaintingRequest) {
        guard let path = request.preview, let interval = request.previewEvery else { return nil }
        (self.path, self.interval) = (path, interval)
    }

    /// Removes it, once the picture itself is there.
    public func remove() {
        if lastStep > 0 { unlink(path) }
    }

    /// - Throws: `Failure` when it cannot be written.
    public mutating func update(_ progress: Stylizer.Progress) throws {
        guard progress.step >= lastStep + interval else { return }
        lastStep = progress.step
        try PictureFile.write(progress.picture(), to: path, replacing: true)
    }
}
