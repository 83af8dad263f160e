import Foundation
import Numerics

// Pictures made of water and pigment.

/// Transparent washes with dark edges on grained paper.
func paintWatercolour(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let sketch = Sketch(
        of: [.bridge, .hills, .lighthouse, .lake, .city], for: canvas, detail: 300, softness: 2, evened: true, &random)
    let seed = random.noiseSeed()
    let paper = hex(0xFAF5EA)
    let tints = random.pick([
        [hex(0x24406E), hex(0x6A8FB8), hex(0xE8C890)], [hex(0x3A2E5A), hex(0xA86A8A), hex(0xF0D0A0)],
        [hex(0x1E4A4A), hex(0x6FA89A), hex(0xF0DCA8)],
    ])
    let size = canvas.size
    canvas.fill(smooth: true) { p in
        let wobble = V2(fractal(p * 14, 4, seed), fractal(p * 14 + 9, 4, seed &+ 1)) * 0.022
        let source = sketch.colour(p + wobble)
        let tone = luminance(source)
        // Few steps of tone, each a wash that dried with a dark rim.
        let steps: Float = 4.2
        let level = tone * steps + 0.55 * fractal(p * 5, 4, seed &+ 2)
        let inside = fraction(level)
        let flat = (level.rounded(.down) + smoothstep(0.0, 0.16, inside)) / steps
        let rim = exp(-pow((inside - 0.10) / 0.06, 2)) * 0.17
        let hue = saturated(source, 1.9) / max(tone, 0.08)
        var colour = mix(hue * flat, ramp(tints, flat * 1.05), 0.4)
        colour = mix(colour, paper, clamp(0.04 + 0.7 * smoothstep(0.7, 1.0, flat)))
        colour *= 1 - rim
        // Blooms where water pushed the pigment away, and grains in the paper's hollows.
        let bloom = fractal(p * 3.5, 3, seed &+ 4)
        colour = mix(colour, paper, 0.28 * smoothstep(0.15, 0.5, bloom))
        let grain = noise(p * 250, seed &+ 5) + 0.7 * noise(p * 110, seed &+ 6)
        colour *= 1 + 0.045 * grain * (1.4 - luminance(colour))
        // The wash stops short of the paper's edge.
        let border = min(min(p.x, size.x - p.x), min(p.y, size.y - p.y)) - 0.028 + 0.02 * fractal(p * 9, 4, seed &+ 7)
        let edge = exp(-pow((border - 0.004) / 0.004, 2)) * 0.22
        return mix(paper * (1 + 0.012 * grain), colour * (1 - edge), smoothstep(-0.0025, 0.0025, border))
    }
}

/// Mountains in mist, a few dark strokes, a red seal.
func paintInkWash(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let seed = random.noiseSeed()
    let size = canvas.size
    let paper = random.pick([hex(0xEFE6D2), hex(0xE9E4DA), hex(0xE4D8BC)])
    let ink = random.pick([hex(0x15171C), hex(0x1A1A14), hex(0x10202A)])
    let side: Float = random.chance(0.5) ? 1 : -1
    let sun = V2(size.x * (0.5 - side * random.number(0.1, 0.28)), size.y * random.number(0.16, 0.26))
    let layers = 6
    let peaks = (0..<layers).map { _ in V2(random.number(0.1, 0.9) * size.x, random.number(0.08, 0.2)) }
    @Sendable func ridge(_ x: Float, _ layer: Int) -> Float {
        let f = Float(layer)
        let s = seed &+ UInt32(layer) &* 77
        let peak = peaks[layer]
        let jag =
            0.5 * noise(V2(x * (3 + f * 0.5), f), s) + 0.3 * (1 - 2 * abs(noise(V2(x * 7, f), s &+ 1)))
            + 0.12 * noise(V2(x * 22, f), s &+ 2) + 0.05 * noise(V2(x * 60, f), s &+ 3)
        return size.y * (0.36 + 0.115 * f) - jag * (0.13 - 0.012 * f) - peak.y * exp(-pow((x - peak.x) / 0.1, 2))
    }
    canvas.fill(smooth: true) { p in
        let fibre = noise(p * V2(90, 240), seed) * 0.5 + noise(p * 300, seed &+ 1) * 0.5
        var dark = 0.05 + 0.07 * fractal(p * 3, 4, seed &+ 2)
        dark += 0.32 * smoothstep(0.62, 1.0, p.y / size.y) * clamp(0.5 + fractal(p * V2(2, 9), 4, seed &+ 20))
        for layer in 0..<layers {
            let depth = p.y - ridge(p.x, layer)
            guard depth > 0 else { continue }
            let f = Float(layer) / Float(layers - 1)
            // Darkest at the ridge, lost in the mist below; rubbed dry down the slope.
            let wash = exp(-depth / mix(0.09, 0.06, f)) * mix(0.26, 0.92, f)
            let crag =
                noise(V2(p.x * 26 + depth * 30, depth * 11), seed &+ UInt32(30 + layer))
                + 0.6 * noise(V2(p.x * 70 - depth * 40, depth * 26), seed &+ UInt32(50 + layer))
            let line = exp(-depth / 0.0035) * mix(0.1, 0.5, f)
            let stroke = smoothstep(0.25, 0.75, crag) * exp(-depth / 0.13) * mix(0.1, 0.62, f)
            dark =
                dark * (1 - smoothstep(0, 0.004, depth) * 0.75 * exp(-depth / 0.3)) + wash
                * (0.75 + 0.3 * fractal(p * 9, 3, seed &+ 9)) + line + stroke
        }
        dark = clamp(dark * (1 + 0.10 * fibre), 0, 0.96)
        let disc = smoothstep(0.0035, -0.0035, length(p - sun) - 0.055 - 0.002 * noise(p * 50, seed))
        let red = mix(paper, hex(0xC03A28), 0.82 * disc * (0.85 + 0.15 * fibre))
        return mix(red * (1 + 0.02 * fibre), ink, dark)
    }
    var brush = Canvas.Stroke(path: [], halfWidth: 0, colour: ink, opacity: 0.9, bristle: 0.55, taper: 0.8, seed: 0)
    func draw(_ path: [V2], _ half: Float, _ opacity: Float = 0.9) {
        brush.path = path
        brush.halfWidth = half
        brush.opacity = opacity
        brush.seed = random.noiseSeed()
        canvas.draw(brush)
    }
    // An old pine leaning in from one side.
    func branch(_ from: V2, _ angle: Float, _ long: Float, _ half: Float, _ level: Int) {
        var at = from
        var a = angle
        var path = [from]
        for _ in 0..<6 {
            a += random.number(-0.32, 0.32)
            at += V2(cos(a), sin(a)) * long / 6
            path.append(at)
            if level < 2, random.chance(0.6) {
                branch(
                    at, a + random.pick([-1, 1]) * random.number(0.5, 1.0), long * random.number(0.35, 0.55),
                    half * 0.5, level + 1)
            }
        }
        draw(path, half)
        guard level > 0 else { return }
        // Needles in flat tufts.
        for _ in 0..<(level == 1 ? 16 : 26) {
            let root = mix(path[2], at, random.unit()) + V2(random.bell() * 0.012, random.bell() * 0.006)
            let b = -Float.pi / 2 + random.bell() * 0.75
            draw([root, root + V2(cos(b), sin(b)) * random.number(0.012, 0.024)], 0.0016, 0.75)
        }
    }
    let root = V2(side > 0 ? size.x + 0.02 : -0.02, size.y * random.number(0.6, 0.8))
    branch(root, side > 0 ? -2.75 : -0.4, 0.46, 0.017, 0)
    // Birds.
    for i in 0..<random.whole(3...6) {
        let at = sun + V2(side * (0.1 + 0.045 * Float(i)), random.number(-0.03, 0.06))
        let w = random.number(0.010, 0.018)
        draw(
            [
                at + V2(-w, -w * 0.5), at + V2(-w * 0.4, -w * 0.35), at, at + V2(w * 0.4, -w * 0.4),
                at + V2(w, -w * 0.45),
            ], 0.0019)
    }
    // The seal.
    let seal = V2(side > 0 ? 0.07 : size.x - 0.07, size.y - 0.085)
    canvas.lay(seal, radius: 0.04, hex(0xB4301F), opacity: 0.92) { p in
        let q = p - seal
        let d = max(abs(q.x), abs(q.y)) - 0.024
        let marks = min(abs(abs(q.x) - 0.009), max(abs(abs(q.y) - 0.010), abs(q.x) - 0.016)) - 0.0022
        return max(d + 0.002 * noise(p * 300, seed), -marks)
    }
}
