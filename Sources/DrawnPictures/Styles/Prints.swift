import Foundation
import Numerics

// Pictures cut in wood and printed.

/// Lines that follow the forms and swell with the shadow.
func paintWoodcut(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let sketch = Sketch(
        of: [.lighthouse, .bust, .hills, .bridge, .cat], for: canvas, detail: 320, softness: 2, evened: true, &random)
    let seed = random.noiseSeed()
    let paper = random.pick([hex(0xF2E6C8), hex(0xEFE8DA), hex(0xE6D8B4)])
    let ink = random.pick([hex(0x14110F), hex(0x1A1420), hex(0x0F1A1A)])
    let tint = random.pick([hex(0xC0502E), hex(0x4E7A8A), hex(0xD0A040)])
    let tilt = random.number(-0.4, 0.4)
    @Sendable func tone(_ p: V2) -> Float { luminance(sketch.colour(p)) }
    canvas.fill(smooth: true) { p in
        let e: Float = 0.004
        let here = tone(p)
        let g = V2(tone(p + V2(e, 0)) - tone(p - V2(e, 0)), tone(p + V2(0, e)) - tone(p - V2(0, e)))
        // Cut lines bend with the light: the tone itself shifts their phase.
        let q = rotated(p, tilt)
        let sway = 0.05 * noise(p * 3, seed) + 0.012 * noise(p * 9, seed &+ 1)
        let along = abs(fraction((q.y + sway + 0.09 * here) * 78) - 0.5) * 2
        let across = abs(fraction((q.x * 0.8 - q.y * 0.6 + sway - 0.08 * here) * 84) - 0.5) * 2
        let rough = 0.10 * noise(p * 160, seed &+ 2) + 0.10 * noise(p * 40, seed &+ 3)
        let dark = 1.0 - 1.04 * smoothstep(0.03, 0.8, here) + rough
        var black = smoothstep(-0.05, 0.05, dark - along - 0.02)
        black = max(black, smoothstep(-0.05, 0.05, (dark - 0.52) * 1.7 - across))
        black = max(black, smoothstep(0.92, 0.97, dark))
        black *= smoothstep(0.02, 0.12, dark)
        black = max(black, smoothstep(0.075, 0.12, length(g) + 0.2 * rough))
        let wash = smoothstep(0.40, 0.36, abs(here - 0.52) + 0.06 * rough + 0.2) * 0.75
        return mix(mix(paper, tint, wash), ink, black)
    }
}

/// Breaking waves in flat blues with contour lines, a far mountain, a graded sky.
func paintWavePrint(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let seed = random.noiseSeed()
    let size = canvas.size
    let palettes: [(sky: [V3], sea: [V3], ink: V3, foam: V3, sun: V3)] = [
        (
            [hex(0xC8B48C), hex(0xE8DCB8), hex(0xF0E8D0)],
            [hex(0x6FA0B8), hex(0x2F6690), hex(0x1B3F6E), hex(0x122A52)], hex(0x14203C), hex(0xF4EEDC), hex(0xC8452E)
        ),
        (
            [hex(0xE07A4A), hex(0xF0B878), hex(0xF6E2B8)],
            [hex(0x7AB0A0), hex(0x2F7A78), hex(0x1A5258), hex(0x10343E)], hex(0x12242A), hex(0xF8F0DC), hex(0xD03A2A)
        ),
        (
            [hex(0x28406E), hex(0x8A9AB8), hex(0xE8D8C0)],
            [hex(0x8A9AC0), hex(0x4A5A9A), hex(0x2E3A74), hex(0x1E2450)], hex(0x181A38), hex(0xF2ECE4), hex(0xF0D070)
        ),
    ]
    let palette = random.pick(palettes)
    let side: Float = random.chance(0.5) ? 1 : -1
    let sun = V2(size.x * (0.5 + side * random.number(0.05, 0.2)), size.y * random.number(0.15, 0.22))
    let peak = V2(size.x * (0.5 + side * random.number(0.12, 0.25)), size.y * random.number(0.36, 0.42))
    @Sendable func mountain(_ x: Float) -> Float {
        let d = abs(x - peak.x)
        return peak.y + d * 0.62 / (0.75 + d * 0.9) + 0.004 * noise(V2(x * 40, 2), seed)
    }
    canvas.fill(smooth: true) { p in
        let up = p.y / size.y
        var c = ramp(palette.sky, up * 1.7)
        // Flat bands of cloud with round ends.
        for i in 0..<4 {
            let y = size.y * (0.1 + 0.1 * Float(i))
            let x = size.x * lattice(i, 3, seed)
            let w = 0.1 + 0.12 * lattice(i, 4, seed)
            let q = V2(max(abs(p.x - x) - w, 0), p.y - y - 0.012 * sin(p.x * 20 + Float(i)))
            c = mix(c, palette.foam, 0.65 * smoothstep(0.001, -0.001, length(q) - 0.011))
        }
        if length(p - sun) < 0.062 { c = palette.sun }
        let slope = p.y - mountain(p.x)
        if slope > 0 {
            let snow = p.y < peak.y + 0.055 + 0.022 * abs(fraction(p.x * 24 + 0.4 * noise(p * 10, seed)) - 0.5) * 4
            c = snow ? palette.foam : mix(palette.sea[1], palette.sky[1], smoothstep(0.1, 0.3, p.y - peak.y))
            if slope < 0.0032 { c = palette.ink }
        }
        return c * (1 + 0.018 * noise(p * V2(12, 220), seed &+ 1))
    }
    // Rows of waves, the near ones larger; each crest curls over towards one side.
    let rows = 6
    for row in 0..<rows {
        let f = Float(row) / Float(rows - 1)
        let s = seed &+ UInt32(100 + row * 7)
        let wave = mix(0.16, 0.58, f)
        let tall = mix(0.022, 0.17, f * f * 0.75 + 0.25 * f)
        let base = size.y * mix(0.60, 1.04, f)
        let phase = lattice(row, 1, seed)
        let grand: Float = row == rows - 2 ? 2.2 : 1
        /// Height over the base line, 0...1, with the curl as a shear of space towards the crest.
        func crest(_ p: V2) -> Float {
            let height = clamp((base - p.y) / (tall * grand), -0.5, 1.3)
            let lean = side * 0.34 * max(height, 0) * max(height, 0) * wave * 0.75
            let x = (p.x + lean) / wave + phase + 0.12 * noise(V2(p.x * 2, Float(row)), s)
            let u = abs(fraction(x) - 0.5) * 2
            let size = 0.55 + 0.45 * lattice(Int(x.rounded(.down)), row, 9, seed)
            return size * pow(1 - u, 1.7) * 1.12 - 0.08 + 0.03 * noise(p * 12, s)
        }
        canvas.lay(V2(0, base - tall * grand * 1.3), size) { p in
            // Claws of foam along the crest: scallops that hang from it.
            let scale = mix(46, 20, f)
            let claw = voronoi(p * scale + V2(0.3 * noise(p * 20, s), 0), s, jitter: 0.8)
            let ball = length(p * scale - claw.centre) / scale
            let lobe = f > 0.3 ? max(0.5 / scale - ball, 0) * 0.8 : 0
            let depth = (crest(p) - (base - p.y) / (tall * grand)) * tall * grand + lobe
            let foamDepth = tall * mix(0.12, 0.32, f) * (0.55 + 0.7 * smoothstep(0.35, 0.95, (base - p.y) / tall))
            let foamy = depth - foamDepth + ball * 0.8
            let inside = smoothstep(-0.0008, 0.0008, depth)
            guard inside > 0 else { return (.zero, 0) }
            let line = mix(0.0014, 0.0026, f)
            if depth < line { return (palette.ink, inside) }
            if foamy < 0 {
                let spot = abs(ball - 0.34 / scale) < 0.0011 && claw.tint > 0.3
                return (spot ? palette.sea[0] : palette.foam, inside)
            }
            if foamy < line { return (palette.ink, inside) }
            // Contour stripes that run with the wave's back.
            let stripe = fraction(depth * mix(60, 22, f) + 0.35 * noise(V2(p.x * 7, p.y * 3), s))
            let tone = ramp(palette.sea, clamp(0.16 + 0.6 * f + 0.5 * depth))
            let lighter = ramp(palette.sea, clamp(-0.08 + 0.4 * f))
            let band = smoothstep(0.36, 0.40, stripe) * smoothstep(0.72, 0.68, stripe) * smoothstep(0.5, 0.15, depth)
            return (mix(tone, lighter, band) * (1 + 0.02 * noise(p * V2(12, 220), s)), inside)
        }
    }
    // Spray.
    for _ in 0..<130 {
        let at = V2(random.unit() * size.x, size.y * random.number(0.42, 0.8))
        let r = random.number(0.0012, 0.0035)
        if fractal(at * 5, 2, seed &+ 40) > 0.05 { canvas.lay(at, radius: r * 2, palette.foam) { length($0 - at) - r } }
    }
}
