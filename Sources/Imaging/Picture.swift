/// A picture in memory: planar RGB, and alpha if it has any.
public struct Picture: Equatable, Sendable {
    public let width: Int
    public let height: Int
    /// Three planes (red, green, blue) of `height` rows of `width` values, sRGB-encoded, 0...1: `3 * height * width`
    /// values.
    public var pixels: [Float]
    /// One plane of opacity, 0...1, not premultiplied into `pixels`; `nil` when the picture is opaque by format.
    public var alpha: [Float]?

    public init(width: Int, height: Int, pixels: [Float], alpha: [Float]? = nil) {
        precondition(width > 0 && height > 0, "a picture has at least one pixel")
        precondition(pixels.count == 3 * width * height, "three planes of width x height")
        precondition(alpha.map { $0.count == width * height } ?? true, "one plane of width x height")
        self.width = width
        self.height = height
        self.pixels = pixels
        self.alpha = alpha
    }
}
