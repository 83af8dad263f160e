import Imaging

/// A picture that ships with the program, and how to draw it again.
public struct ExamplePicture: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case content(DrawnContent)
        case style(DrawnStyle)
    }

    /// A file's name without its extension, unique among the pictures of its kind.
    public let name: String
    public let kind: Kind
    public let seed: UInt64
    public let width: Int
    public let height: Int

    /// Contents are JPEG, good enough to paint from and small; styles PNG.
    public var format: PictureFormat {
        switch kind {
        case .content: .jpeg(quality: 92)
        case .style: .png()
        }
    }

    /// Where it belongs under the folder of examples.
    public var path: String {
        switch kind {
        case .content: "content/\(name).jpg"
        case .style: "style/\(name).png"
        }
    }

    public func draw() -> Picture {
        switch kind {
        case .content(let content): content.draw(seed: seed, width: width, height: height)
        case .style(let style): style.draw(seed: seed, width: width, height: height)
        }
    }

    /// Every example, contents first.
    public static let all: [ExamplePicture] = contents + styles

    public static let contents: [ExamplePicture] = [
        content(.stillLife, seed: 2),
        content(.lake, seed: 3),
        content(.lighthouse, seed: 1),
        content(.hills, seed: 1),
        content(.city, seed: 5),
        content(.bust, seed: 2, width: 640, height: 640),
        content(.bridge, seed: 3),
        content(.avenue, seed: 2),
        content(.cat, seed: 1),
    ]

    public static let styles: [ExamplePicture] = [
        style(.flowingStrokes, seed: 3, width: 512),
        style(.flowingStrokes, named: "flowing-strokes-ember", seed: 8, width: 512),
        style(.impression, seed: 6, width: 512),
        style(.paletteKnife, seed: 4, width: 512),
        style(.pointillism, seed: 5, width: 512),
        style(.watercolour, seed: 3),
        style(.inkWash, seed: 5),
        style(.woodcut, seed: 2),
        style(.wavePrint, seed: 3),
        style(.stainedGlass, seed: 3),
        style(.mosaic, seed: 6, width: 512),
        style(.facets, seed: 5),
        style(.cutOuts, seed: 3),
        style(.marbling, seed: 7),
        style(.artDeco, seed: 7),
        style(.batik, seed: 4),
    ]

    private static func content(
        _ content: DrawnContent, seed: UInt64, width: Int = 768, height: Int = 576
    ) -> ExamplePicture {
        ExamplePicture(name: content.rawValue, kind: .content(content), seed: seed, width: width, height: height)
    }

    private static func style(
        _ style: DrawnStyle, named name: String? = nil, seed: UInt64, width: Int = 640, height: Int = 512
    ) -> ExamplePicture {
        ExamplePicture(name: name ?? style.rawValue, kind: .style(style), seed: seed, width: width, height: height)
    }
}
