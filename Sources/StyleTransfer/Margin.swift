import Numerics

/// A margin that is painted too and cut off at the end.
///
/// Whatever a network pads with, it sees the border of a picture less often, or more often, than the rest, and leaves
/// specks there. The margin mirrors the picture, and takes the specks with it.
extension Planes {
    /// Wide enough for what is left at the border by a few convolutions; a picture narrower than that mirrors what it
    /// has.
    private static func margin(_ side: Int) -> Int { min(8, side - 1) }

    var withMargin: Planes { mirrored(x: Self.margin(width), y: Self.margin(height)) }

    /// Undoes `withMargin`.
    ///
    /// - Parameter width: without the margin, like `height`.
    func withoutMargin(width: Int, height: Int) -> Planes {
        cropped(left: Self.margin(width), top: Self.margin(height), width: width, height: height)
    }
}
