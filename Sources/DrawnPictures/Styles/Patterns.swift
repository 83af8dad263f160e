import Foundation
import Numerics

// Pictures made of flat shape and ornament.

/// Leaves, stars and birds cut from painted paper, laid on coloured fields.
func paintCutOuts(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let seed = random.noiseSeed()
    let size = canvas.size
    let scale = canvas.scale
    let palette = random.pick([
        [
            hex(0x1F3FA8), hex(0xF2B81E), hex(0xD8322A), hex(0x1E8A5A), hex(0xF4EEDC), hex(0xE87AA8), hex(0x1A1A20),
            hex(0x5AB4D8),
        ],
        [
            hex(0xE8582A), hex(0x0E4A5A), hex(0xF4D8A0), hex(0x7A2A6A), hex(0x8AC03A), hex(0xF6F0E4), hex(0x141C28),
            hex(0xF0A0B0),
        ],
        [
            hex(0x2A8A8A), hex(0xF0C848), hex(0x3A2A7A), hex(0xE84A5A), hex(0xF8F2E2), hex(0x9AD0A8), hex(0x201820),
            hex(0xF08A3A),
        ],
    ])
    // Fields: a few rows of unequal sheets.
    let rows = random.whole(2...3)
    var edges: [Float] = [0]
    for i in 1..<rows { edges.append((Float(i) + random.number(-0.22, 0.22)) / Float(rows) * size.y) }
    edges.append(size.y)
    var sheets: [(low: V2, high: V2, colour: Int)] = []
    var last = -1
    for row in 0..<rows {
        let columns = random.whole(2...4)
        var x: Float = 0
        for column in 0..<columns {
            let next =
                column == columns - 1
                ? size.x : (Float(column + 1) + random.number(-0.25, 0.25)) / Float(columns) * size.x
            var colour = random.whole(0...palette.count - 1)
            while colour == last { colour = random.whole(0...palette.count - 1) }
            sheets.append((V2(x, edges[row]), V2(next, edges[row + 1]), colour))
            last = colour
            x = next
        }
    }
    func gouache(_ c: V3, _ p: V2, _ turn: Float) -> V3 {
        let q = rotated(p, turn) * V2(14, 90)
        return c * (1 + 0.045 * fractal(q, 3, seed) + 0.03 * noise(p * 60, seed &+ 1))
    }
    for sheet in sheets {
        let colour = palette[sheet.colour]
        let turn = random.number(-0.6, 0.6)
        canvas.lay(sheet.low - 0.01, sheet.high + 0.01) { p in
            let wobble = 0.0025 * noise(p * 14, seed &+ UInt32(sheet.colour))
            let d = max(max(sheet.low.x - p.x, p.x - sheet.high.x), max(sheet.low.y - p.y, p.y - sheet.high.y)) + wobble
            return (gouache(colour, p, turn), clamp(0.5 - d * scale))
        }
    }
    /// Lays a cut shape with a soft shadow under its edge.
    func cut(_ at: V2, _ radius: Float, _ colour: V3, _ shape: (V2) -> Float) {
        let turn = random.number(-1, 1)
        canvas.lay(at - radius * 1.2, at + radius * 1.2) { p in
            (.zero, 0.22 * smoothstep(0.005, -0.003, shape(p - at - V2(0.003, 0.004))))
        }
        canvas.lay(at - radius * 1.2, at + radius * 1.2) { p in
            (gouache(colour, p, turn), clamp(0.5 - shape(p - at) * scale))
        }
    }
    func frond(_ radius: Float, _ angle: Float, _ lobes: Float, _ bend: Float) -> (V2) -> Float {
        { point in
            var q = rotated(point, -angle)
            q.y += bend * q.x * q.x / radius
            let t = clamp((q.x / radius + 1) / 2)
            // Lobes lean towards the tip and shrink along the stem.
            let lobe = 0.5 + 0.5 * cos((t * lobes - abs(q.y) / radius * 1.6 + (q.y > 0 ? 0 : 0.5)) * 2 * .pi)
            let envelope = radius * 0.72 * pow(max(sin(.pi * pow(t, 0.8)), 0), 0.75)
            let breadth = envelope * (0.16 + 0.84 * smoothstep(0.15, 0.75, lobe)) + 0.03 * radius * (1 - t)
            return max(abs(q.y) - breadth, abs(q.x) - radius) * 0.45
        }
    }
    func star(_ radius: Float, _ angle: Float, _ points: Float, _ depth: Float) -> (V2) -> Float {
        { q in (length(q) - radius * (1 - depth * (0.5 + 0.5 * cos(points * (atan2(q.y, q.x) + angle))))) * 0.6 }
    }
    func bird(_ radius: Float, _ angle: Float) -> (V2) -> Float {
        { point in
            let q = rotated(point, -angle) / radius
            let body = length(q * V2(1.2, 3.2)) - 0.8
            let wing = max(length(q - V2(-0.15, -0.35)) - 0.62, 0.55 - length(q - V2(-0.55, -0.25)))
            let tail = max(abs(q.y) + (q.x + 0.35) * 0.5 + 0.02, -0.95 - q.x)
            return min(body * 0.35, min(wing, tail)) * radius * 0.8
        }
    }
    var placed: [(V2, Float)] = []
    for (radius, count) in [(0.15, 5), (0.1, 9), (0.06, 16), (0.026, 26), (0.012, 30)] as [(Float, Int)] {
        for _ in 0..<count {
            var at = canvas.randomPoint(&random)
            var tries = 0
            while tries < 30, placed.contains(where: { length($0.0 - at) < ($0.1 + radius) * 0.86 }) {
                at = canvas.randomPoint(&random)
                tries += 1
            }
            if tries == 30 { continue }
            placed.append((at, radius))
            let under =
                sheets.last { $0.low.x <= at.x && $0.low.y <= at.y && $0.high.x >= at.x && $0.high.y >= at.y }?.colour
                ?? 0
            var colour = random.whole(0...palette.count - 1)
            while colour == under { colour = random.whole(0...palette.count - 1) }
            let angle = random.number(-3, 3)
            switch radius > 0.05 ? random.whole(0...6) : random.whole(5...8) {
            case 0...3:
                cut(
                    at, radius, palette[colour],
                    frond(radius, angle, Float(random.whole(4...7)), random.number(-0.3, 0.3)))
            case 4: cut(at, radius, palette[colour], bird(radius, random.number(-0.7, 0.7)))
            case 5:
                cut(
                    at, radius, palette[colour],
                    star(radius, angle, Float(random.whole(5...8)), random.number(0.45, 0.65)))
            case 6: cut(at, radius, palette[colour], frond(radius, angle, 3, random.number(-0.4, 0.4)))
            default: cut(at, radius, palette[colour], star(radius, angle, 3, 0.2))
            }
        }
    }
}

/// Floating colours dropped, combed and swirled, then printed on paper.
func paintMarbling(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let seed = random.noiseSeed()
    let palette = random.pick([
        [hex(0x14305C), hex(0xF2E8D2), hex(0xB8322A), hex(0xE0A83A), hex(0x2E7A8A), hex(0x1A1A22), hex(0xD8C0A0)],
        [hex(0x5A1A2E), hex(0xF0D8B8), hex(0xD86A2E), hex(0x1E4A4A), hex(0xE8B8A0), hex(0x2A1218), hex(0x88A890)],
        [hex(0x1E4A3A), hex(0xF0ECD8), hex(0x7AA048), hex(0xE0C050), hex(0x3A2E6A), hex(0x10201C), hex(0xC87A8A)],
    ])
    struct Drop { var at: V2, radius: Float, colour: Int }
    // Later drops push earlier ones out of the way; undoing them last to first finds what lies where.
    let drops = (0..<150).map { i in
        Drop(
            at: canvas.randomPoint(&random), radius: i < 60 ? random.number(0.04, 0.13) : random.number(0.008, 0.05),
            colour: random.whole(0...palette.count - 1))
    }
    let comb = random.number(0.055, 0.085)
    let tilt = random.pick([0, .pi / 2] as [Float]) + random.number(-0.12, 0.12)
    let swirls = (0..<random.whole(3...5)).map { _ in
        (
            at: canvas.randomPoint(&random, margin: -0.1), turn: random.pick([-1, 1]) * random.number(2.2, 4.5),
            reach: random.number(0.06, 0.13)
        )
    }
    @Sendable func floating(_ point: V2) -> V3 {
        var p = point
        for drop in drops.reversed() {
            let q = p - drop.at
            let d = dot(q, q)
            let r = drop.radius * drop.radius
            if d < r {
                let edge = (1 - d / r) * drop.radius * 0.5
                return mix(palette[drop.colour] * 0.82, palette[drop.colour], smoothstep(0, 0.003, edge))
            }
            p = drop.at + q * (1 - r / d).squareRoot()
        }
        let vein = abs(fractal(p * 6, 4, seed))
        return mix(palette[1], palette[0], smoothstep(0.02, 0.06, vein))
    }
    canvas.fill(smooth: true) { point in
        var p = point
        for swirl in swirls {
            let q = p - swirl.at
            p = swirl.at + rotated(q, swirl.turn * exp(-dot(q, q) / (swirl.reach * swirl.reach)))
        }
        // Two passes of a comb each way: every tooth drags the paint along its line. One part is left uncombed.
        let still = smoothstep(-0.15, 0.3, noise(point * 1.9, seed &+ 3) + 0.25)
        var q = rotated(p, tilt)
        let first = abs(fraction(q.x / (comb * 2)) - 0.5) * 2
        q.y += still * 0.11 * exp(-(1 - first) * 3.2)
        let second = abs(fraction(q.y / comb) - 0.5) * 2
        q.x += still * 0.075 * exp(-(1 - second) * 2.6) * (Int((q.y / comb).rounded(.down)) % 2 == 0 ? 1 : -1)
        let third = abs(fraction(q.x / comb + 0.3) - 0.5) * 2
        q.y -= still * 0.06 * exp(-(1 - third) * 2.4)
        p = rotated(q, -tilt) + 0.004 * V2(noise(point * 9, seed), noise(point * 9 + 5, seed))
        let grain = 1 + 0.035 * noise(point * 140, seed &+ 8) + 0.04 * fractal(point * 6, 3, seed &+ 9)
        return floating(p) * grain
    }
}

/// Panels of fans, sunbursts, chevrons and steps, outlined in gold.
func paintArtDeco(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let seed = random.noiseSeed()
    let size = canvas.size
    let palette = random.pick([
        [hex(0x101820), hex(0x0F4A4E), hex(0x1F7A74), hex(0xE9DFC4), hex(0xB8423A)],
        [hex(0x1A1230), hex(0x3A2468), hex(0x8A3A6A), hex(0xF0E0D0), hex(0x2A8A8A)],
        [hex(0x0E1A30), hex(0x1E3E70), hex(0xC0562E), hex(0xF2E6CC), hex(0x6A9AA8)],
    ])
    let gold = random.pick([hex(0xD4A84A), hex(0xE0BC68), hex(0xC8905A)])
    struct Panel { var low: V2, high: V2, kind: Int, corner: Int, shift: Int }
    var panels: [Panel] = []
    func split(_ low: V2, _ high: V2, _ depth: Int) {
        let extent = high - low
        if depth == 0 || min(extent.x, extent.y) < 0.15 || (depth < 3 && random.chance(0.28)) {
            panels.append(
                Panel(
                    low: low, high: high, kind: random.whole(0...6), corner: random.whole(0...3),
                    shift: random.whole(0...4)))
            return
        }
        let t = random.pick([0.382, 0.5, 0.618] as [Float])
        if extent.x > extent.y {
            split(low, V2(low.x + extent.x * t, high.y), depth - 1)
            split(V2(low.x + extent.x * t, low.y), high, depth - 1)
        } else {
            split(low, V2(high.x, low.y + extent.y * t), depth - 1)
            split(V2(low.x, low.y + extent.y * t), high, depth - 1)
        }
    }
    split(.zero, size, 4)
    /// The panel's ornament: which colour, and how far to the nearest gold line.
    @Sendable func ornament(_ panel: Panel, _ p: V2) -> (Int, Float) {
        let extent = panel.high - panel.low
        var q = p - panel.low
        if panel.corner & 1 == 1 { q.x = extent.x - q.x }
        if panel.corner & 2 == 2 { q.y = extent.y - q.y }
        let unit = min(extent.x, extent.y)
        func bands(_ x: Float, _ step: Float, _ metric: Float = 1) -> (Int, Float) {
            let i = (x / step).rounded(.down)
            return (Int(i), min(x - i * step, i * step + step - x) * metric)
        }
        switch panel.kind {
        case 0:  // A fan of rings and ribs from a corner.
            let r = length(q)
            let ring = bands(r, unit * 0.21)
            let rib = bands(atan2(q.y, q.x), .pi / 2 / Float(6 + 4 * min(ring.0, 2)), r)
            return ring.0 % 2 == 0 ? (ring.0, ring.1) : (ring.0 + rib.0 % 2, min(ring.1, rib.1))
        case 1:  // A sunburst from the foot.
            let c = q - V2(extent.x / 2, extent.y)
            let r = length(c)
            if r < unit * 0.22 { return (3, unit * 0.22 - r) }
            if r < unit * 0.3 { return (4, min(r - unit * 0.22, unit * 0.3 - r)) }
            let ray = bands(atan2(c.y, c.x) + .pi, .pi / 18, r)
            return (ray.0 % 2 == 0 ? 1 : 3, min(ray.1, r - unit * 0.3))
        case 2:  // Chevrons.
            let b = bands(q.y + abs(q.x - extent.x / 2) * 0.9, unit * 0.13, 0.74)
            return (b.0, b.1)
        case 3:  // Scales.
            let s = unit * 0.26
            let row = (q.y / s).rounded(.down)
            var best = (0, Float(1))
            for r in [row + 1, row] {
                let x = q.x / (2 * s) + (Int(r) % 2 == 0 ? 0 : 0.5)
                let c = V2((fraction(x) - 0.5) * 2 * s, q.y - (r + 1) * s)
                let d = length(c)
                if d < s * 1.02 {
                    let ring = bands(d, s * 0.34)
                    best = (ring.0 + Int(r) % 2, ring.1)
                    break
                }
            }
            return best
        case 4:  // Steps, as of a tower.
            let c = abs(q.x - extent.x / 2)
            let step = (c / (unit * 0.09)).rounded(.down)
            let top = step * step * unit * 0.028 + unit * 0.1
            if q.y < top {
                let ray = bands(atan2(extent.y - q.y, q.x - extent.x / 2), .pi / 20, length(V2(c, extent.y - q.y)))
                return (ray.0 % 2 == 0 ? 1 : 2, min(ray.1, top - q.y))
            }
            return (
                Int(step) % 2 == 0 ? 0 : 3, min(min(c - step * unit * 0.09, (step + 1) * unit * 0.09 - c), q.y - top)
            )
        case 5:  // Nested frames.
            let b = bands(min(min(q.x, extent.x - q.x), min(q.y, extent.y - q.y)), unit * 0.11)
            return (b.0 + 1, b.1)
        default:  // A disc of arcs over stripes.
            let c = q - extent / 2
            let r = length(c)
            if r < unit * 0.4 {
                let ring = bands(length(c - V2(0, unit * 0.4 - unit * 0.02)), unit * 0.12)
                return (ring.0 + 2, min(ring.1, unit * 0.4 - r))
            }
            let b = bands(q.x, unit * 0.1)
            return (b.0 % 2, min(b.1, r - unit * 0.4))
        }
    }
    canvas.fill(smooth: true) { [panels] p in
        let panel =
            panels.first { p.x >= $0.low.x && p.x < $0.high.x && p.y >= $0.low.y && p.y < $0.high.y } ?? panels[0]
        let (index, line) = ornament(panel, p)
        let frame = min(min(p.x - panel.low.x, panel.high.x - p.x), min(p.y - panel.low.y, panel.high.y - p.y))
        var c = palette[abs(index + panel.shift) % palette.count]
        // Lacquer: a slow sheen and a fine brushed grain.
        c = c * (0.92 + 0.22 * fractal(p * 3, 3, seed) + 0.05 * noise(p * V2(200, 14), seed &+ 1)) + 0.015
        let edge = smoothstep(0.0024, 0.0012, line)
        let border = smoothstep(0.0062, 0.0050, frame)
        let gilt =
            gold
            * (0.82 + 0.35 * fractal(p * V2(9, 30), 3, seed &+ 2) + 0.3 * (1 - abs(frame - 0.003) / 0.003) * border)
        return mix(c, gilt, max(edge, border))
    }
}

/// Flowers, leaves and dots drawn in wax on dyed cloth, with crackle.
func paintBatik(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let seed = random.noiseSeed()
    let size = canvas.size
    let (cloth, deep, wax, accents): (V3, V3, V3, [V3]) = random.pick([
        (hex(0x1E3468), hex(0x101C3E), hex(0xF0E4C8), [hex(0xC8782E), hex(0x6A92C0), hex(0x9A3A2A)]),
        (hex(0x6A3418), hex(0x2E1810), hex(0xF0DCA8), [hex(0xC88A30), hex(0x1E3A5A), hex(0xA8502A)]),
        (hex(0x7A1E3A), hex(0x300C20), hex(0xF4E0C8), [hex(0xE0A030), hex(0x2A6A6A), hex(0xD8604A)]),
    ])
    struct Flower { var at: V2, radius: Float, petals: Float, turn: Float, colours: (Int, Int), kind: Int }
    var flowers: [Flower] = []
    for (radius, count) in [(0.17, 2), (0.115, 5), (0.07, 12), (0.038, 30)] as [(Float, Int)] {
        for _ in 0..<count * 12 where flowers.filter({ $0.radius == radius }).count < count {
            let at = canvas.randomPoint(&random)
            guard flowers.allSatisfy({ length($0.at - at) > ($0.radius + radius) * 0.98 }), at.y < size.y - 0.11 else {
                continue
            }
            flowers.append(
                Flower(
                    at: at, radius: radius, petals: Float(random.whole(5...9)), turn: random.number(0, 6),
                    colours: (random.whole(0...2), random.whole(0...2)), kind: random.whole(0...2)))
        }
    }
    @Sendable func dots(_ p: V2, _ spacing: Float, _ radius: Float) -> Float {
        let row = (p.y / spacing).rounded(.down)
        let c = V2(fraction(p.x / spacing + 0.5 * row) - 0.5, fraction(p.y / spacing) - 0.5) * spacing
        return length(c) - radius
    }
    canvas.fill(smooth: true) { [flowers] point in
        let p = point + 0.0016 * V2(noise(point * 45, seed), noise(point * 45 + 9, seed))
        let wobble = 0.0008 * noise(point * 90, seed &+ 1)
        func on(_ d: Float) -> Float { smoothstep(0.0012, -0.0012, d + wobble) }
        // The ground: tendrils of wax, dotted between.
        let drift = fractal(p * 5, 2, seed &+ 2)
        var c = mix(cloth, deep, smoothstep(-0.2, 0.25, drift))
        let tendril = abs(fraction(drift * 5) - 0.5)
        c = mix(c, wax, on((tendril - 0.07) * 0.035) * 0.9)
        c = mix(c, wax, on(dots(p, 0.017, 0.0026)) * smoothstep(0.2, 0.3, tendril) * 0.85)
        for f in flowers {
            let q = rotated(p - f.at, f.turn)
            let r = length(q) / f.radius
            guard r < 1.1 else { continue }
            let a = atan2(q.y, q.x)
            let (main, other) = (accents[f.colours.0], accents[f.colours.1])
            let lobes =
                f.kind == 0
                ? abs(cos(a * f.petals / 2))
                : f.kind == 1 ? 0.5 + 0.5 * cos(a * f.petals) : 1 - abs(fraction(a * f.petals / (2 * .pi)) - 0.5) * 1.4
            let rim = 0.62 + 0.34 * pow(lobes, 0.7)
            c = mix(c, deep, on((r - rim - 0.1) * f.radius))
            c = mix(c, wax, on((r - rim) * f.radius))
            c = mix(c, main, on((r - rim + 0.08) * f.radius))
            // Veins in the petals, then rings and a dotted heart.
            let vein = abs(fraction(a * f.petals * 2 / (2 * .pi)) - 0.5) * r * f.radius * 3 / f.petals
            c = mix(c, wax, on(vein - 0.0012) * on((r - rim + 0.16) * f.radius) * on((0.42 - r) * f.radius))
            c = mix(c, wax, on((r - 0.42) * f.radius))
            c = mix(c, other, on((r - 0.37) * f.radius))
            let bead =
                length(V2((fraction(a * f.petals * 2 / (2 * .pi)) - 0.5) * .pi * 0.3 / f.petals, r - 0.3)) - 0.035
            c = mix(c, wax, on(bead * f.radius))
            c = mix(c, deep, on((r - 0.2) * f.radius))
            c = mix(c, wax, on((abs(r - 0.13) - 0.035) * f.radius))
        }
        // A border along one selvage.
        let b = p.y - (size.y - 0.1)
        if b > 0 {
            c = mix(deep, wax, on(abs(b - 0.004) - 0.002))
            let tooth = abs(fraction(p.x * 14) - 0.5) / 14 * 2
            c = mix(c, accents[0], on((tooth * 0.9 + b - 0.062) * 0.7) * on(0.012 - b))
            c = mix(c, wax, on(abs((tooth * 0.9 + b - 0.062) * 0.7) - 0.0016) * on(0.012 - b))
            c = mix(c, wax, on(dots(V2(p.x, b - 0.066), 0.02, 0.0045)) * on(0.066 - b) * on(b - 0.086))
            c = mix(c, wax, on(abs(b - 0.09) - 0.0018))
        }
        // Where the wax cracked the dye ran in.
        let crack = voronoi(p * 9 + 0.5 * fractal(p * 12, 3, seed &+ 5), seed &+ 4)
        let fine = voronoi(p * 26 + 0.4 * fractal(p * 20, 2, seed &+ 6), seed &+ 7)
        let run =
            smoothstep(0.014, 0.002, crack.border) * 0.55 + smoothstep(0.02, 0.0, fine.border) * 0.28
            * smoothstep(0, 0.4, noise(p * 5, seed))
        c = mix(c, deep, run)
        return c * (1 + 0.06 * fractal(p * 8, 3, seed &+ 8))
    }
}
