import Numerics

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
        orientation == .upright ? self : Picture(planes.turned(orientation), alpha: alpha?.turned(orientation))
    }
}

extension Planes {
    fileprivate func turned(_ orientation: Orientation) -> Planes {
        let (w, h) = orientation.swapsSides ? (height, width) : (width, height)
        var turned = Planes(count: count, height: h, width: w, values: values)
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
                for plane in stride(from: 0, to: values.count, by: area) {
                    turned.values[plane + y * w + x] = values[plane + sourceY * width + sourceX]
                }
            }
        }
        return turned
    }
}
