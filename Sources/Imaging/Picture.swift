import Numerics

/// A picture in memory: planes of colour, and of opacity if it has any.
public struct Picture: Equatable, Sendable {
    /// Red, green and blue, sRGB-encoded, 0...1.
    public var planes: Planes
    /// One plane of the same size, 0...1, not premultiplied into the colours; `nil` when the picture is opaque by format.
    public var alpha: Planes?

    public init(_ planes: Planes, alpha: Planes? = nil) {
        precondition(planes.count == 3, "a picture has three planes of colour")
        precondition(
            alpha.map { $0.count == 1 && $0.hasSides(of: planes) } ?? true, "opacity is a plane of the same size")
        (self.planes, self.alpha) = (planes, alpha)
    }

    /// - Parameters:
    ///   - pixels: the values of three planes.
    ///   - alpha: those of one.
    public init(width: Int, height: Int, pixels: [Float], alpha: [Float]? = nil) {
        self.init(
            Planes(count: 3, height: height, width: width, values: pixels),
            alpha: alpha.map { Planes(count: 1, height: height, width: width, values: $0) })
    }

    public var width: Int { planes.width }
    public var height: Int { planes.height }
    public var size: PictureSize { PictureSize(width: width, height: height) }
    /// How many bytes of memory it takes.
    public var bytes: Int { (planes.values.count + (alpha?.values.count ?? 0)) * MemoryLayout<Float>.stride }

    /// The values of the colours: red, green and blue planes of `height` rows of `width` values.
    public var pixels: [Float] {
        get { planes.values }
        _modify { yield &planes.values }
    }

    /// One plane, from the encoded values (ITU-R BT.709).
    public var luma: Planes {
        let count = planes.area
        let values = (0..<count).map {
            0.2126 * pixels[$0] + 0.7152 * pixels[count + $0] + 0.0722 * pixels[2 * count + $0]
        }
        return Planes(count: 1, height: height, width: width, values: values)
    }
}
