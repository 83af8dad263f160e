import Foundation
import Imaging
import Numerics

/// Something to paint on: display colours and the paint's thickness.
///
/// Positions are in units of the longer side, x to the right and y down, so a stroke is the same part of any size.
struct Canvas {
    let width: Int
    let height: Int
    /// Pixels in a unit.
    let scale: Float
    private(set) var pixels: [V3]
    private var relief: [Float]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        scale = Float(max(width, height))
        pixels = [V3](repeating: .one, count: width * height)
        relief = [Float](repeating: 0, count: width * height)
    }

    var size: V2 { V2(Float(width), Float(height)) / scale }
    /// One pixel, in units.
    var pixel: Float { 1 / scale }

    func randomPoint(_ random: inout SplitMix64, margin: Float = 0.02) -> V2 {
        let x = random.number(-margin, size.x + margin)
        return V2(x, random.number(-margin, size.y + margin))
    }

    /// Sets every pixel, from four points of it when `smooth`.
    mutating func fill(smooth: Bool = false, _ colour: @Sendable (V2) -> V3) {
        let scale = scale
        Parallel.fillRows(&pixels, width: width, height: height) { x, y in
            let corner = V2(Float(x), Float(y))
            guard smooth else { return colour((corner + 0.5) / scale) }
            var sum = V3.zero
            for offset in [V2(0.125, 0.375), V2(0.375, 0.875), V2(0.625, 0.125), V2(0.875, 0.625)] {
                sum += colour((corner + offset) / scale)
            }
            return sum / 4
        }
    }

    /// Lays a shape over the picture: `paint` gives a colour and its opacity for points within the bounds.
    mutating func lay(_ low: V2, _ high: V2, _ paint: (V2) -> (V3, Float)) {
        forPixels(low, high) { index, p, canvas in
            let (colour, opacity) = paint(p)
            if opacity > 0 { canvas.pixels[index] = mix(canvas.pixels[index], colour, opacity) }
        }
    }

    /// Lays a shape given by its signed distance, in one colour, at most `radius` from its centre.
    mutating func lay(_ centre: V2, radius: Float, _ colour: V3, opacity: Float = 1, _ distance: (V2) -> Float) {
        let scale = scale
        lay(centre - radius, centre + radius) { (colour, opacity * clamp(0.5 - distance($0) * scale)) }
    }

    private mutating func forPixels(_ low: V2, _ high: V2, _ body: (Int, V2, inout Canvas) -> Void) {
        let x0 = max(Int((low.x * scale).rounded(.down)) - 1, 0)
        let x1 = min(Int((high.x * scale).rounded(.up)) + 1, width)
        let y0 = max(Int((low.y * scale).rounded(.down)) - 1, 0)
        let y1 = min(Int((high.y * scale).rounded(.up)) + 1, height)
        guard x0 < x1, y0 < y1 else { return }
        for y in y0..<y1 {
            for x in x0..<x1 { body(y * width + x, V2(Float(x) + 0.5, Float(y) + 0.5) / scale, &self) }
        }
    }

    // MARK: - Brush strokes

    /// One loaded brush drawn along a path.
    struct Stroke {
        var path: [V2]
        var halfWidth: Float
        var colour: V3
        var opacity: Float = 1
        /// How much the bristles show, 0...1.
        var bristle: Float = 0.5
        /// How much the ends narrow: 0 leaves them square, as a knife does.
        var taper: Float = 0.5
        var thickness: Float = 1
        var seed: UInt32
    }

    mutating func draw(_ stroke: Stroke) {
        guard stroke.path.count > 1 else { return }
        let reach = V2(repeating: stroke.halfWidth)
        var low = stroke.path[0]
        var high = stroke.path[0]
        for p in stroke.path {
            low = V2(min(low.x, p.x), min(low.y, p.y))
            high = V2(max(high.x, p.x), max(high.y, p.y))
        }
        let count = Float(stroke.path.count - 1)
        let radius = max(stroke.halfWidth, 0.6 * pixel)
        let scale = scale
        stroke.path.withUnsafeBufferPointer { path in
            forPixels(low - reach, high + reach) { index, p, canvas in
                // Where along the path and how far to its side.
                var nearest = Float.infinity
                var along: Float = 0
                var side: Float = 0
                for i in 0..<path.count - 1 {
                    let a = path[i]
                    let ab = path[i + 1] - a
                    let h = clamp(dot(p - a, ab) / max(dot(ab, ab), 1e-12))
                    let off = p - a - ab * h
                    let d = dot(off, off)
                    if d < nearest {
                        nearest = d
                        along = Float(i) + h
                        side = ab.x * off.y - ab.y * off.x < 0 ? -1 : 1
                    }
                }
                let distance = nearest.squareRoot()
                let t = along / count
                let narrow = 1 - stroke.taper * (1 - min(min(t, 1 - t) * 5, 1))
                guard distance < radius * narrow + 0.5 / scale else { return }
                let across = side * distance / radius
                let hairs =
                    noise(V2(across * 4.5, t * 2.3), stroke.seed) + 0.6
                    * noise(V2(across * 11, t * 4), stroke.seed &+ 1)
                // A brush runs dry towards its end, bristle by bristle.
                let dry = clamp(1 - stroke.bristle * (t * 1.6 - 0.55 + 0.55 * hairs))
                let edge = clamp((radius * narrow - distance) * scale + 0.5)
                let opacity = stroke.opacity * edge * min(dry * 1.6, 1)
                let shaded = stroke.colour * (1 + 0.10 * stroke.bristle * hairs)
                canvas.pixels[index] = mix(canvas.pixels[index], shaded, opacity)
                let ridge = stroke.thickness * (0.6 + 0.25 * hairs + 0.3 * smoothstep(0.5, 0.95, abs(across)) * edge)
                canvas.relief[index] = mix(canvas.relief[index], ridge, opacity)
            }
        }
    }

    /// Shines from the upper left over the paint's relief: slopes away from the light darken, ridges catch it.
    mutating func light(_ strength: Float) {
        let relief = relief
        let width = width
        let height = height
        let old = pixels
        Parallel.fillRows(&pixels, width: width, height: height) { x, y in
            let i = y * width + x
            let dx = relief[y * width + min(x + 1, width - 1)] - relief[y * width + max(x - 1, 0)]
            let dy = relief[min(y + 1, height - 1) * width + x] - relief[max(y - 1, 0) * width + x]
            let slope = -(dx + dy) * strength
            return old[i] * (1 + clamp(-slope, -0.35, 0.35)) + max(-slope - 0.22, 0) * 0.4
        }
    }

    var picture: Picture { Picture(width: width, height: height, interleaved: pixels) }
}
