import DrawnPictures
import Imaging
import Kernels
import StyleTransfer
import Synchronization

/// A picture to train on.
enum TrainingPicture: Codable, Hashable, Sendable {
    case file(String)
    /// Seeds go through the kinds of drawings in turn.
    case drawnContent(seed: UInt64)
    case drawnStyle(seed: UInt64)

    /// The longest edge it is kept at: a problem of 128 pixels with a style four times its size sees no more.
    private static let edge = 512
    /// What is drawn is drawn at this size: enough for most problems, and takes a quarter of a second.
    private static let drawnEdge = 192

    var name: String {
        switch self {
        case .file(let path): stem(path)
        case .drawnContent(let seed), .drawnStyle(let seed): "drawing \(seed)"
        }
    }

    var isDrawn: Bool {
        if case .file = self { false } else { true }
    }

    /// - Parameter maximumPixels: a larger file is refused.
    fileprivate func make(maximumPixels: Int) throws -> Picture {
        switch self {
        case .file(let path):
            let picture = try PictureFile.read(path, maximumPixels: maximumPixels)
            let longest = max(picture.width, picture.height)
            guard longest > Self.edge else { return picture }
            let size = { max(1, $0 * Self.edge / longest) }
            return picture.resized(width: size(picture.width), height: size(picture.height))
        case .drawnContent(let seed):
            let kinds = DrawnContent.allCases
            return kinds[Int(seed % UInt64(kinds.count))].draw(
                seed: seed, width: Self.drawnEdge, height: Self.drawnEdge)
        case .drawnStyle(let seed):
            let kinds = DrawnStyle.allCases
            return kinds[Int(seed % UInt64(kinds.count))].draw(
                seed: seed, width: Self.drawnEdge, height: Self.drawnEdge)
        }
    }
}

/// Pictures as they were read or drawn for the first time, with 8 bits a value, as far as there is room.
final class PictureCache: Sendable {
    private struct Kept {
        var width: Int
        var height: Int
        var values: [UInt8]

        init(_ picture: Picture) {
            (width, height) = (picture.width, picture.height)
            values = picture.pixels.map { UInt8((min(max($0, 0), 1) * 255).rounded()) }
        }

        var picture: Picture {
            Picture(width: width, height: height, pixels: values.map { Float($0) * (1 / 255) })
        }
    }

    private struct State {
        var pictures: [TrainingPicture: Kept] = [:]
        var byteCount = 0
    }

    private let maximumPixels: Int
    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - maximumPixels: a larger picture is refused.
    ///   - capacity: in bytes.
    init(maximumPixels: Int, capacity: Int = 256 << 20) {
        (self.maximumPixels, self.capacity) = (maximumPixels, capacity)
    }

    /// The same picture every time, whether it is kept or not.
    func picture(_ source: TrainingPicture) throws -> Picture {
        if let kept = state.withLock({ $0.pictures[source] }) { return kept.picture }
        let made = Kept(try source.make(maximumPixels: maximumPixels))
        state.withLock { state in
            guard state.pictures[source] == nil, state.byteCount + made.values.count <= capacity else { return }
            state.pictures[source] = made
            state.byteCount += made.values.count
        }
        return made.picture
    }

    /// Draws what is to be drawn, as long as there are not too many to wait for, so that drawing does not count as
    /// training.
    func draw(_ pictures: [TrainingPicture]) {
        let drawn = pictures.filter(\.isDrawn).prefix(400)
        Parallel.forEach(drawn.count) { index, _ in
            // A drawing cannot fail.
            _ = try? picture(drawn[index])
        }
    }

    /// The pictures as a family of problems wants them.
    func sources(_ pictures: [TrainingPicture]) -> [StyleTaskFamily.Source] {
        pictures.map { picture in .init(name: picture.name) { try self.picture(picture) } }
    }
}
