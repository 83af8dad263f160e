import Imaging

/// A place in pixels, from the top left; or on a font's grid.
struct Point {
    var x: Double
    var y: Double

    init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// sRGB, 0...1.
struct Colour {
    var red: Float
    var green: Float
    var blue: Float

    /// `0x0072B2`
    init(_ hex: UInt32) {
        (red, green, blue) = (
            Float(hex >> 16 & 255) / 255, Float(hex >> 8 & 255) / 255, Float(hex & 255) / 255
        )
    }
}

/// A sheet of paper for lines and text, with smooth edges.
struct Drawing {
    enum Anchor {
        case left, centre, right
    }

    enum Direction {
        case right, up
    }

    let width: Int
    let height: Int
    private var pixels: [Float]

    /// White.
    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        pixels = [Float](repeating: 1, count: 3 * width * height)
    }

    var picture: Picture { Picture(width: width, height: height, pixels: pixels) }

    private mutating func blend(_ colour: Colour, _ coverage: Float, x: Int, y: Int) {
        let index = y * width + x
        let plane = width * height
        pixels[index] += coverage * (colour.red - pixels[index])
        pixels[plane + index] += coverage * (colour.green - pixels[plane + index])
        pixels[2 * plane + index] += coverage * (colour.blue - pixels[2 * plane + index])
    }

    /// A line with round ends and joints. A pixel is covered by as much as the line's edge is beyond its middle.
    mutating func stroke(_ points: [Point], width line: Double, _ colour: Colour) {
        guard let first = points.first else { return }
        let reach = line / 2 + 1
        let columns = pixelRange(points.map(\.x), reach, limit: width)
        let rows = pixelRange(points.map(\.y), reach, limit: height)
        guard !columns.isEmpty, !rows.isEmpty else { return }
        // The most that any piece covers of a pixel: joints are not painted twice.
        var mask = [Float](repeating: 0, count: columns.count * rows.count)
        for (a, b) in zip([first] + points, points) {
            let (dx, dy) = (b.x - a.x, b.y - a.y)
            let square = dx * dx + dy * dy
            for y in pixelRange([a.y, b.y], reach, limit: height) {
                for x in pixelRange([a.x, b.x], reach, limit: width) {
                    let (px, py) = (Double(x) + 0.5 - a.x, Double(y) + 0.5 - a.y)
                    let t = square > 0 ? min(max((px * dx + py * dy) / square, 0), 1) : 0
                    let (ex, ey) = (px - t * dx, py - t * dy)
                    let coverage = min(max(line / 2 + 0.5 - (ex * ex + ey * ey).squareRoot(), 0), 1)
                    let index = (y - rows.lowerBound) * columns.count + x - columns.lowerBound
                    mask[index] = max(mask[index], Float(coverage))
                }
            }
        }
        // A hairline covers no pixel in full.
        let most = Float(min(line, 1))
        for y in rows {
            for x in columns {
                let coverage = mask[(y - rows.lowerBound) * columns.count + x - columns.lowerBound]
                if coverage > 0 { blend(colour, min(coverage, most), x: x, y: y) }
            }
        }
    }

    /// The area between two lines over the same ascending x.
    mutating func fill(between upper: [Point], and lower: [Point], _ colour: Colour, opacity: Float) {
        precondition(upper.count == lower.count)
        guard upper.count > 1 else { return }
        for index in 1..<upper.count {
            let (left, right) = (upper[index - 1].x, upper[index].x)
            guard right > left else { continue }
            for x in max(0, Int(left))...min(width - 1, Int(right)) where x >= 0 {
                // The pixel belongs to the piece that its middle lies in.
                let t = (Double(x) + 0.5 - left) / (right - left)
                guard t >= 0, t < 1 else { continue }
                let top = upper[index - 1].y + t * (upper[index].y - upper[index - 1].y)
                let bottom = lower[index - 1].y + t * (lower[index].y - lower[index - 1].y)
                guard bottom > top else { continue }
                for y in max(0, Int(top.rounded(.down)))..<max(0, min(height, Int(bottom.rounded(.up)))) {
                    let overlap = min(Double(y + 1), bottom) - max(Double(y), top)
                    if overlap > 0 { blend(colour, opacity * Float(overlap), x: x, y: y) }
                }
            }
        }
    }

    /// A line of text.
    ///
    /// - Parameters:
    ///   - origin: on the baseline.
    ///   - capHeight: how high a capital is, in pixels.
    mutating func text(
        _ text: String, at origin: Point, capHeight: Double, _ colour: Colour, anchor: Anchor = .left,
        direction: Direction = .right, weight: Double = 0.125
    ) {
        let scale = capHeight / StrokeFont.capHeight
        let length = StrokeFont.width(of: text, height: capHeight)
        var pen =
            switch anchor {
            case .left: 0.0
            case .centre: -length / 2
            case .right: -length
            }
        for character in text {
            let glyph = StrokeFont.glyph(character)
            for stroke in glyph.strokes {
                let line = stroke.map { point in
                    let (along, above) = (pen + point.x * scale, point.y * scale)
                    return switch direction {
                    case .right: Point(origin.x + along, origin.y - above)
                    case .up: Point(origin.x - above, origin.y - along)
                    }
                }
                self.stroke(line, width: max(1, capHeight * weight), colour)
            }
            pen += glyph.advance * scale
        }
    }

    private func pixelRange(_ values: [Double], _ reach: Double, limit: Int) -> Range<Int> {
        let low = min(max(0, (values.min()! - reach).rounded(.down)), Double(limit))
        let high = min(max(low, (values.max()! + reach).rounded(.up)), Double(limit))
        return Int(low)..<Int(high)
    }
}
