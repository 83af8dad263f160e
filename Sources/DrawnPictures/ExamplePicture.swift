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

    /// Where it belongs under the folder of examples: contents are JPEG, styles PNG.
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
        content(.stillLife, seed: 1),
        content(.lake, seed: 1),
        content(.lighthouse, seed: 1),
        content(.hills, seed: 1),
        content(.city, seed: 1),
        content(.bust, seed: 1, width: 640, height: 640),
        content(.bridge, seed: 1),
        content(.avenue, seed: 1),
        content(.cat, seed: 1, width: 640, height: 640),
    ]

    public static let styles: [ExamplePicture] = [
        style(.flowingStrokes, seed: 1),
        style(.impression, seed: 1),
        style(.paletteKnife, seed: 1),
        style(.pointillism, seed: 1),
        style(.watercolour, seed: 1),
        style(.inkWash, seed: 1),
        style(.woodcut, seed: 1),
        style(.wavePrint, seed: 1),
        style(.stainedGlass, seed: 1),
        style(.mosaic, seed: 1),
        style(.facets, seed: 1),
        style(.cutOuts, seed: 1),
        style(.marbling, seed: 1),
        style(.artDeco, seed: 1),
        style(.batik, seed: 1),
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
