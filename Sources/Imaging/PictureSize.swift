/// The size of a picture in pixels, at least one a side.
public struct PictureSize: Hashable, Sendable {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
        precondition(width > 0 && height > 0, "a picture has at least one pixel")
        (self.width, self.height) = (width, height)
    }

    public var area: Int { width * height }
    public var longestEdge: Int { max(width, height) }

    /// About the same proportions.
    public func scaled(by factor: Double) -> PictureSize {
        func side(_ length: Int) -> Int { max(1, Int((Double(length) * factor).rounded())) }
        return PictureSize(width: side(width), height: side(height))
    }

    public func withLongestEdge(_ edge: Int) -> PictureSize { scaled(by: Double(edge) / Double(longestEdge)) }

    public func withArea(_ area: Double) -> PictureSize { scaled(by: (area / Double(self.area)).squareRoot()) }
}
