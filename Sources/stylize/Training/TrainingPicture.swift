import DrawnPictures
import Imaging
import Kernels
import Numerics
import StyleTransfer
import Synchronization

/// A picture to train on.
enum TrainingPicture: Codable, Hashable, Sendable {
    case file(String)
    /// Seeds go through the kinds of drawings in turn.
    case drawnContent(seed: UInt64)
    case drawnStyle(seed: UInt64)

    /// The longest edge it is kept at for problems of `edge` pixels: a style of four times their size sees no more.
    private static func longestEdge(_ edge: Int) -> Int { 4 * max(edge, 128) }
    /// What is drawn is drawn at this size: enough for most problems, and takes a quarter of a second.
    private static func drawnEdge(_ edge: Int) -> Int { max(edge, 192) }

    var name: String {
        switch self {
        case .file(let path): stem(path)
        case .drawnContent(let seed), .drawnStyle(let seed): "drawing \(seed)"
        }
    }

    var isDrawn: Bool {
        if case .file = self { false } else { true }
    }

    /// - Parameters:
    ///   - edge: of the problems it is for.
    ///   - maximumPixels: a larger file is refused.
    fileprivate func make(edge: Int, maximumPixels: Int) throws -> Picture {
        let drawnEdge = Self.drawnEdge(edge)
        switch self {
        case .file(let path):
            return try PictureFile.read(path, maximumPixels: maximumPixels)
                .shrunk(toLongestEdge: Self.longestEdge(edge))
        case .drawnContent(let seed):
            let kinds = DrawnContent.allCases
            return kinds[Int(seed % UInt64(kinds.count))].draw(
                seed: seed, width: drawnEdge, height: drawnEdge)
        case .drawnStyle(let seed):
            let kinds = DrawnStyle.allCases
            return kinds[Int(seed % UInt64(kinds.count))].draw(
                seed: seed, width: drawnEdge, height: drawnEdge)
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

    private let edge: Int
    private let maximumPixels: Int
    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - edge: of the problems that pictures are for, if it is known.
    ///   - maximumPixels: a larger picture is refused.
    ///   - capacity: in bytes.
    init(edge: Int?, maximumPixels: Int, capacity: Int = 256 << 20) {
        (self.edge, self.maximumPixels, self.capacity) = (edge ?? 0, maximumPixels, capacity)
    }

    /// The same picture every time, whether it is kept or not.
    func picture(_ source: TrainingPicture) throws -> Picture {
        if let kept = state.withLock({ $0.pictures[source] }) { return kept.picture }
        let made = Kept(try source.make(edge: edge, maximumPixels: maximumPixels))
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
