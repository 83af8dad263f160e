/// How a camera was held: EXIF's orientation tag (CIPA DC-008, tag 0x0112).
enum Orientation: Int, CaseIterable, Sendable {
    case upright = 1
    case mirrored = 2
    case upsideDown = 3
    case mirroredUpsideDown = 4
    /// Rows are columns: the first row is the left edge.
    case transposed = 5
    /// To be turned a quarter clockwise.
    case leftUp = 6
    case transposedUpsideDown = 7
    /// To be turned a quarter anticlockwise.
    case rightUp = 8

    /// From EXIF data, TIFF header first; upright when they say nothing or are damaged.
    init(exif bytes: [UInt8]) {
        self = EXIF(bytes)?.orientation ?? .upright
    }

    var swapsSides: Bool { rawValue >= 5 }
}

extension Picture {
    /// The picture turned upright.
    func oriented(_ orientation: Orientation) -> Picture {
        guard orientation != .upright else { return self }
        let (w, h) = orientation.swapsSides ? (height, width) : (width, height)
        func turned(_ plane: Int, of values: [Float], into result: inout [Float]) {
            let count = width * height
            for y in 0..<h {
                for x in 0..<w {
                    let (sourceX, sourceY) =
                        switch orientation {
                        case .upright: (x, y)
                        case .mirrored: (width - 1 - x, y)
                        case .upsideDown: (width - 1 - x, height - 1 - y)
                        case .mirroredUpsideDown: (x, height - 1 - y)
                        case .transposed: (y, x)
                        case .leftUp: (y, height - 1 - x)
                        case .transposedUpsideDown: (width - 1 - y, height - 1 - x)
                        case .rightUp: (width - 1 - y, x)
                        }
                    result[plane * count + y * w + x] = values[plane * count + sourceY * width + sourceX]
                }
            }
        }
        var result = Picture(width: w, height: h, pixels: pixels, alpha: alpha)
        for plane in 0..<3 { turned(plane, of: pixels, into: &result.pixels) }
        if let alpha {
            var turnedAlpha = alpha
            turned(0, of: alpha, into: &turnedAlpha)
            result.alpha = turnedAlpha
        }
        return result
    }
}
