import Foundation
import Numerics

// Pictures made of brush strokes.

extension Canvas {
    /// Strokes of one size all over, in random order: colours and angles come from what is painted.
    mutating func cover(
        length: Float, halfWidth: Float, density: Float, like stroke: Stroke, _ random: inout SplitMix64,
        vary: Float = 0.06, angle: (V2) -> Float, colour: (V2) -> V3
    ) {
        let count = Int(density * size.x * size.y / (length * halfWidth * 2))
        for _ in 0..<count {
            var brush = stroke
            let start = randomPoint(&random)
            let step = length * random.number(0.7, 1.3) / 5
            // Half of the path on either side of where the colour is taken.
            var path = [start]
            var back = start
            var forth = start
            for _ in 0..<3 {
                let a = angle(back)
                let b = angle(forth)
                back -= V2(cos(a), sin(a)) * step
                forth += V2(cos(b), sin(b)) * step
                path.insert(back, at: 0)
                path.append(forth)
            }
            brush.path = path
            brush.halfWidth = halfWidth * random.number(0.75, 1.25)
            let jitter = V3(random.bell(), random.bell(), random.bell()) * vary * 0.6 + random.bell() * vary
            brush.colour = clamp(colour(start) + jitter)
            brush.seed = random.noiseSeed()
            draw(brush)
        }
    }
}

private let oil = Canvas.Stroke(path: [], halfWidth: 0, colour: .zero, bristle: 0.6, taper: 0.5, seed: 0)

/// A night sky of whirling strokes over hills, a village and a dark tree; by day in other palettes.
func paintFlowingStrokes(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    struct Orb { var at: V2, radius: Float, spin: Float }
    let palettes: [(sky: [V3], glow: [V3], hill: [V3], tree: V3)] = [
        (
            [hex(0x0E1F4F), hex(0x1F4690), hex(0x3F7FBF), hex(0x8FC0D8)],
            [hex(0xFFF3B0), hex(0xF2C230), hex(0xC98A1E)],
            [hex(0x10284A), hex(0x1F4A5C), hex(0x2F6A6A)], hex(0x0C1A16)
        ),
        (
            [hex(0x7A1F3A), hex(0xC8452E), hex(0xEE8A3A), hex(0xF8C878)],
            [hex(0xFFF6D0), hex(0xFFE060), hex(0xF0A030)],
            [hex(0x1A3A4A), hex(0x2A6468), hex(0x6A9A6A)], hex(0x24122A)
        ),
        (
            [hex(0x0F4A4A), hex(0x1F7A72), hex(0x5FB09A), hex(0xC0E0C0)],
            [hex(0xFFF8E0), hex(0xF8D8A0), hex(0xE09070)],
            [hex(0x5A3A1A), hex(0xB07A2A), hex(0xE0B84A)], hex(0x14261E)
        ),
    ]
    let palette = random.pick(palettes)
    let seed = random.noiseSeed()
    let size = canvas.size
    var placed: [Orb] = []
    let moonSide: Float = random.chance(0.5) ? 0.84 : 0.16
    placed.append(Orb(at: V2(moonSide, 0.16) * size, radius: 0.075, spin: 1))
    placed.append(Orb(at: V2(mix(0.5, 1 - moonSide, 0.3), random.number(0.28, 0.4)) * size, radius: 0.055, spin: -1))
    var tries = 0
    while placed.count < 9, tries < 200 {
        tries += 1
        let at = V2(random.number(0.05, 0.95), random.number(0.06, 0.5)) * size
        if placed.allSatisfy({ length($0.at - at) > 0.13 }) {
            placed.append(Orb(at: at, radius: random.number(0.016, 0.034), spin: random.chance(0.5) ? 1 : -1))
        }
    }
    let orbs = placed
    @Sendable func horizon(_ x: Float) -> Float {
        size.y * 0.66 + 0.07 * noise(V2(x * 3.1, 0), seed) + 0.03 * noise(V2(x * 8, 4), seed)
    }
    @Sendable func flow(_ p: V2) -> Float {
        if p.y > horizon(p.x) {
            let e: Float = 0.02
            return atan2(horizon(p.x + e) - horizon(p.x - e), 2 * e) + 0.35 * noise(p * 6, seed &+ 7)
        }
        // A curl field: the stream function's gradient, turned.
        func stream(_ q: V2) -> Float {
            var s = 0.05 * noise(q * 3.2, seed &+ 3) + q.y * 0.22 + 0.03 * sin(q.x * 7 + noise(q * 2, seed))
            for orb in orbs {
                let d = length(q - orb.at) / orb.radius
                s += orb.spin * orb.radius * 1.1 * exp(-d * d * 0.16)
            }
            return s
        }
        let e: Float = 0.003
        let here = stream(p)
        return atan2(-(stream(p + V2(e, 0)) - here), stream(p + V2(0, e)) - here)
    }
    @Sendable func colour(_ p: V2) -> V3 {
        let ground = horizon(p.x)
        if p.y > ground {
            let depth = (p.y - ground) / (size.y - ground)
            let band = 0.5 + 0.5 * sin(depth * 16 + 4 * noise(V2(p.x * 4, depth * 3), seed &+ 5))
            // Windows of a village below the hills.
            let cell = voronoi(p * V2(16, 24), seed &+ 6)
            if depth > 0.3, depth < 0.62, cell.tint < 0.28, length(p * V2(16, 24) - cell.centre) < 0.3 {
                return palette.glow[1]
            }
            return mix(ramp(palette.hill, band), palette.hill[0] * 0.6, 0.55 * depth)
        }
        let wave = 0.5 + 0.5 * noise(V2(flow(p) * 1.2, p.y * 7), seed &+ 2) + 0.4 * noise(p * 4, seed &+ 8)
        var c = ramp(palette.sky, clamp(0.15 + 0.5 * wave + 0.35 * pow(p.y / ground, 3)))
        for orb in orbs {
            let d = length(p - orb.at) / orb.radius
            if d < 1 { return mix(palette.glow[0], palette.glow[1], d * d) }
            let ring = 0.5 + 0.5 * cos((d - 1) * 5)
            c = mix(c, ramp(palette.glow, clamp((d - 1) * 0.6)), exp(-(d - 1) * 0.75) * (0.35 + 0.65 * ring))
        }
        return c
    }
    canvas.fill { colour($0) * 0.8 }
    canvas.cover(length: 0.11, halfWidth: 0.011, density: 2.5, like: oil, &random, angle: flow, colour: colour)
    canvas.cover(length: 0.07, halfWidth: 0.0065, density: 2.4, like: oil, &random, angle: flow, colour: colour)
    canvas.cover(
        length: 0.045, halfWidth: 0.0042, density: 0.9, like: oil, &random, vary: 0.09, angle: flow, colour: colour)
    // A flame of a tree before it all.
    let foot = V2((1 - moonSide) * size.x, size.y * 1.04)
    let tall = size.y * random.number(0.62, 0.78)
    for _ in 0..<520 {
        let t = pow(random.unit(), 1.2)
        let half = 0.1 * pow(1 - t, 0.75) * (1 + 0.2 * sin(t * 14))
        let offset = random.number(-1, 1)
        var at = foot + V2(half * offset + 0.012 * sin(t * 9), -tall * t)
        var path = [at]
        for i in 0..<5 {
            at += V2(-offset * 0.003 + 0.004 * sin(Float(i) + t * 20), -0.012)
            path.append(at)
        }
        var brush = oil
        brush.path = path
        brush.halfWidth = 0.0055
        brush.colour = mix(palette.tree, palette.hill[random.whole(0...2)], random.unit() * 0.5)
        brush.seed = random.noiseSeed()
        canvas.draw(brush)
    }
    canvas.light(0.3)
}

/// Short broken strokes after a landscape, colours pushed warm in the light and cool in the shadow.
func paintImpression(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let sketch = Sketch(of: [.bridge, .avenue, .lake, .lighthouse], for: canvas, detail: 220, softness: 1, &random)
    let shadow = random.pick([hex(0x5A4A9A), hex(0x2E5A8A), hex(0x6A3A6A)])
    let glow = random.pick([hex(0xFFE0A0), hex(0xFFC8A8), hex(0xF8F0B0)])
    let seed = random.noiseSeed()
    let tilt = random.number(-0.3, 0.3)
    @Sendable func colour(_ p: V2) -> V3 {
        let c = saturated(sketch.colour(p), 1.45)
        let tone = luminance(c)
        return mix(mix(c, shadow, 0.5 * smoothstep(0.5, 0.1, tone)), glow, 0.4 * smoothstep(0.55, 0.95, tone)) + 0.04
    }
    func angle(_ p: V2) -> Float { sketch.run(p, otherwise: tilt) + 0.25 * noise(p * 8, seed) }
    canvas.fill { mix(colour($0), glow * 0.8, 0.3) }
    canvas.cover(
        length: 0.06, halfWidth: 0.011, density: 2.2, like: oil, &random, vary: 0.07, angle: angle, colour: colour)
    canvas.cover(
        length: 0.034, halfWidth: 0.0062, density: 2.6, like: oil, &random, vary: 0.08, angle: angle, colour: colour)
    canvas.cover(
        length: 0.02, halfWidth: 0.004, density: 1.0, like: oil, &random, vary: 0.09, angle: angle, colour: colour)
    canvas.light(0.26)
}

/// Slabs of thick paint laid on with a knife.
func paintPaletteKnife(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let sketch = Sketch(of: [.city, .stillLife, .lighthouse, .avenue], for: canvas, detail: 200, softness: 1, &random)
    var knife = oil
    (knife.taper, knife.bristle, knife.thickness) = (0, 0.35, 1.5)
    let seed = random.noiseSeed()
    let lean = random.pick([0, 0.5, -0.5] as [Float])
    let push = random.pick([V3(1.12, 0.98, 0.9), V3(0.92, 1.0, 1.14), V3(1.1, 0.94, 1.06)])
    @Sendable func colour(_ p: V2) -> V3 {
        let c = saturated(sketch.colour(p), 1.9) * push
        return clamp((c - 0.5) * 1.25 + 0.5)
    }
    func angle(_ p: V2) -> Float {
        let quarter = (2 * noise(p * 9, seed)).rounded() * .pi / 4
        return mix(sketch.run(p, otherwise: lean + quarter), lean + quarter, 0.25)
    }
    canvas.fill { colour($0) * 0.7 }
    canvas.cover(
        length: 0.085, halfWidth: 0.021, density: 2.4, like: knife, &random, vary: 0.08, angle: angle, colour: colour)
    canvas.cover(
        length: 0.05, halfWidth: 0.012, density: 2.0, like: knife, &random, vary: 0.1, angle: angle, colour: colour)
    canvas.cover(
        length: 0.03, halfWidth: 0.006, density: 0.7, like: knife, &random, vary: 0.1, angle: angle, colour: colour)
    canvas.light(0.42)
}

/// Dots of pure colour that mix in the eye.
func paintPoints(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let sketch = Sketch(of: [.lake, .bridge, .hills, .avenue], for: canvas, detail: 240, softness: 1, &random)
    let ground = random.pick([hex(0xF0E6CC), hex(0xE8DCE0), hex(0xDDE4E4)])
    let accents = random.pick([
        [hex(0xE8662A), hex(0x2A4EA8), hex(0xF2C83A), hex(0x6A2E8A)],
        [hex(0xD83A5A), hex(0x1E7A8A), hex(0xF0B040), hex(0x3A9A4A)],
    ])
    canvas.fill { mix(ground, sketch.colour($0), 0.35) }
    for (radius, density) in [(0.0072, 1.6), (0.0055, 1.7), (0.0042, 1.1)] as [(Float, Float)] {
        for _ in 0..<Int(density * canvas.size.x * canvas.size.y / (3.14 * radius * radius)) {
            let at = canvas.randomPoint(&random)
            var colour = saturated(sketch.colour(at), 1.8)
            // Each dot leans to one primary or to the complement.
            if random.chance(0.18) { colour = mix(colour, random.pick(accents), random.number(0.25, 0.55)) }
            colour = clamp(colour * random.number(0.85, 1.2) + V3(random.bell(), random.bell(), random.bell()) * 0.045)
            let r = max(radius * random.number(0.75, 1.2), 0.5 * canvas.pixel)
            let stretch = random.number(0.85, 1.1)
            canvas.lay(at, radius: r * 1.3, colour, opacity: 0.94) { length(($0 - at) * V2(stretch, 1)) - r }
        }
    }
}
