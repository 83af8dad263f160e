import DrawnPictures
import Imaging
import Numerics
import Synchronization

/// A picture to train on.
public enum TrainingPicture: Codable, Hashable, Sendable {
    case file(String)
    /// Seeds go through the kinds of drawings in turn.
    case drawnContent(seed: UInt64)
    case drawnStyle(seed: UInt64)

    var name: String {
        switch self {
        case .file(let path): path
        case .drawnContent(let seed), .drawnStyle(let seed): "drawing \(seed)"
        }
    }

    var isDrawn: Bool {
        if case .file = self { false } else { true }
    }

    /// - Parameters:
    ///   - edge: of the problems it is for.
    ///   - read: gives the picture of a file.
    fileprivate func make(edge: Int, read: (String) throws -> Picture) throws -> Picture {
        // Enough for most problems, and drawn in a quarter of a second.
        let drawnEdge = max(edge, 192)
        switch self {
        case .file(let path):
            // A style of four times the problems' size sees no more.
            return try read(path).shrunk(toLongestEdge: 4 * max(edge, 128))
        case .drawnContent(let seed):
            let kinds = DrawnContent.allCases
            return kinds[Int(seed % UInt64(kinds.count))].draw(seed: seed, width: drawnEdge, height: drawnEdge)
        case .drawnStyle(let seed):
            let kinds = DrawnStyle.allCases
            return kinds[Int(seed % UInt64(kinds.count))].draw(seed: seed, width: drawnEdge, height: drawnEdge)
        }
    }
}

/// Pictures as they were read or drawn for the first time, with 8 bits a value, as far as there is room.
public final class PictureCache: Sendable {
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
    private let read: @Sendable (String) throws -> Picture
    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - edge: of the largest problem that pictures are for.
    ///   - capacity: in bytes.
    ///   - read: gives the picture of a file.
    public init(edge: Int, capacity: Int = 256 << 20, read: @escaping @Sendable (String) throws -> Picture) {
        (self.edge, self.capacity, self.read) = (edge, capacity, read)
    }

    /// The same picture every time, whether it is kept or not.
    func picture(_ source: TrainingPicture) throws -> Picture {
        if let kept = state.withLock({ $0.pictures[source] }) { return kept.picture }
        let made = Kept(try source.make(edge: edge, read: read))
        state.withLock { state in
            guard state.pictures[source] == nil, state.byteCount + made.values.count <= capacity else { return }
            state.pictures[source] = made
            state.byteCount += made.values.count
        }
        return made.picture
    }

    /// Draws what is to be drawn, as long as there are not too many to wait for, so that drawing does not count as
    /// training.
    public func draw(_ pictures: [TrainingPicture]) {
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
