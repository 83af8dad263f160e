import Foundation
import Numerics

// Pictures put together from pieces.

/// A leaded window: a rose of petals and a sun over hills and a river of glass.
func paintStainedGlass(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let seed = random.noiseSeed()
    let size = canvas.size
    let palettes: [(sun: [V3], sky: [V3], land: [V3], water: [V3])] = [
        (
            [hex(0xF8D040), hex(0xF09028), hex(0xC83820), hex(0x8A1830)],
            [hex(0x1838A0), hex(0x2868C8), hex(0x102468), hex(0x48A0D8)],
            [hex(0x187848), hex(0x58A830), hex(0x0C4838), hex(0xA8B830)], [hex(0x30B0B8), hex(0x1870A0), hex(0x88D8D0)]
        ),
        (
            [hex(0xF8E8B0), hex(0xE8A8C0), hex(0xB84890), hex(0x682068)],
            [hex(0x40206A), hex(0x70409A), hex(0x281450), hex(0xA878C0)],
            [hex(0x105858), hex(0x309080), hex(0x083838), hex(0xB89030)], [hex(0x3870C0), hex(0x204888), hex(0x90B8E8)]
        ),
        (
            [hex(0xFFF0A0), hex(0xF8B830), hex(0xE86020), hex(0xA02818)],
            [hex(0x0C6878), hex(0x1898A0), hex(0x084858), hex(0x70C8B8)],
            [hex(0x783018), hex(0xB86028), hex(0x502010), hex(0xD8A038)], [hex(0x2848A0), hex(0x182870), hex(0x6080D0)]
        ),
    ]
    let palette = random.pick(palettes)
    let sun = V2(size.x * random.number(0.3, 0.7), size.y * random.number(0.3, 0.4))
    let petals = Float(random.whole(9...14))
    let rings: [Float] = [0.045, 0.10, 0.155, 0.205]
    @Sendable func hill(_ x: Float, _ i: Int) -> Float {
        size.y * (0.58 + 0.14 * Float(i)) + 0.07 * noise(V2(x * 2.6, Float(i) * 5), seed)
    }
    @Sendable func river(_ y: Float) -> Float { size.x * 0.5 + 0.16 * sin(y * 9 + Float(seed & 7)) }
    /// A piece: the colours it may have, a number of its own, the distance to its lead.
    @Sendable func piece(_ p: V2) -> (colours: [V3], id: UInt32, lead: Float) {
        let q = p - sun
        let r = length(q)
        if r < rings[3] {
            let ring = rings.firstIndex { r < $0 } ?? 3
            let inner = ring == 0 ? 0 : rings[ring - 1]
            var lead = min(rings[ring] - r, ring == 0 ? 1 : r - inner)
            let count = ring == 0 ? 1 : petals * (ring == 3 ? 2 : 1)
            let turn = (atan2(q.y, q.x) / (2 * .pi) + 0.5) * count + (ring == 2 ? 0.5 : 0)
            let petal = turn.rounded(.down)
            if ring > 0 { lead = min(lead, min(turn - petal, 1 - turn + petal) * 2 * .pi * r / count) }
            return (
                [palette.sun[ring], palette.sun[min(ring + 1, 3)]], hash(Int(petal) % Int(count), ring, 0, seed), lead
            )
        }
        var lead = r - rings[3]
        var layer = -1
        for i in 0..<3 where p.y > hill(p.x, i) { layer = i }
        for i in 0..<3 { lead = min(lead, abs(p.y - hill(p.x, i))) }
        let bank = abs(p.x - river(p.y)) - 0.05 - 0.12 * (p.y / size.y - 0.6)
        let wet = layer >= 0 && bank < 0
        if layer >= 0 { lead = min(lead, abs(bank)) }
        // Sky in pieces that grow away from the sun; land in long pieces along the slope; water in short ones.
        let scale = wet ? V2(11, 24) : V2(8, 15)
        let at =
            layer < 0
            ? q * (5.5 / pow(r, 0.3))
            : V2(p.x, p.y - hill(p.x, layer)) * scale + Float(layer) * 31
        let cell = voronoi(at, seed &+ UInt32(layer + 2), jitter: 0.85)
        lead = min(lead, cell.border / (layer < 0 ? 6.5 : scale.y))
        return (wet ? palette.water : layer < 0 ? palette.sky : palette.land, cell.id, lead)
    }
    canvas.fill(smooth: true) { p in
        let (colours, id, lead) = piece(p)
        let border = min(min(p.x, size.x - p.x), min(p.y, size.y - p.y))
        let tint = Float(id >> 8) * 0x1p-24
        // Poured glass: streaks and seeds, brighter towards the middle of a piece.
        let swirl = fractal(p * V2(22, 9) + Float(id & 63), 4, seed &+ 5)
        var c = colours[Int(id % UInt32(colours.count))]
        c = mix(c, colours[Int((id >> 5) % UInt32(colours.count))], 0.35 * clamp(0.5 + swirl))
        c = c * (0.72 + 0.5 * tint + 0.45 * swirl) + 0.14 * smoothstep(0, 0.02, lead)
        let width: Float = 0.0042
        let came = smoothstep(width, width - 0.0012, min(lead, border - 0.008))
        let shine = exp(-pow((min(lead, border) - width * 0.35) / 0.0010, 2)) * 0.16
        return mix(c * smoothstep(-0.004, 0.012, lead), hex(0x14141A) + shine, came)
    }
}

/// Small stones set along the forms.
func paintMosaic(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let sketch = Sketch(of: [.cat, .lighthouse, .stillLife, .bust], for: canvas, detail: 240, softness: 1, &random)
    let seed = random.noiseSeed()
    let grout = random.pick([hex(0x4A4038), hex(0xB8AC98), hex(0x2E3238)])
    let stones = random.pick([
        [
            hex(0x1E4E8C), hex(0x3A9AB0), hex(0xE8DCC0), hex(0xC8862E), hex(0x8A2E22), hex(0x2A2826), hex(0x6A8A4A),
            hex(0xE0B850),
        ],
        [
            hex(0xD8A830), hex(0xF0E0B0), hex(0x7A1E2E), hex(0x1E3A5E), hex(0x2E6A5A), hex(0x1A1820), hex(0xB86A3A),
            hex(0x8AA8B8),
        ],
        [
            hex(0xC8B090), hex(0x8A6A4A), hex(0xE8E0D0), hex(0x4A5A6A), hex(0xA8482E), hex(0x2E2A28), hex(0x7A8A6A),
            hex(0x9AB0B8),
        ],
    ])
    canvas.fill { grout * (1 + 0.12 * noise($0 * 200, seed)) }
    let width = canvas.width
    let height = canvas.height
    let scale = canvas.scale
    var taken = [Bool](repeating: false, count: width * height)
    func points(_ at: V2, _ axis: V2, _ half: Float) -> [Int]? {
        var found: [Int] = []
        for (u, v) in [(0, 0), (1, 1), (1, -1), (-1, 1), (-1, -1), (1, 0), (-1, 0), (0, 1), (0, -1)] as [(Float, Float)]
        {
            let p = (at + (axis * u + V2(-axis.y, axis.x) * v) * half) * scale
            let x = Int(p.x.rounded(.down))
            let y = Int(p.y.rounded(.down))
            guard x >= 0, y >= 0, x < width, y < height else { continue }
            if taken[y * width + x] { return nil }
            found.append(y * width + x)
        }
        return found
    }
    for (half, tries) in [(0.0088, 14.0), (0.0066, 12.0), (0.0046, 14.0)] as [(Float, Float)] {
        for _ in 0..<Int(tries * canvas.size.x * canvas.size.y / (4 * half * half)) {
            let at = canvas.randomPoint(&random)
            let angle = sketch.run(at, otherwise: 1.2 * noise(at * 2.5, seed)) + 0.08 * random.bell()
            let axis = V2(cos(angle), sin(angle))
            guard points(at, axis, half * 0.86) != nil else { continue }
            let wanted = saturated(sketch.colour(at), 1.35)
            let stone = stones.min { dot($0 - wanted, $0 - wanted) < dot($1 - wanted, $1 - wanted) }!
            let colour = clamp(
                mix(stone, wanted, 0.35) * random.number(0.82, 1.16) + V3(random.bell(), random.bell(), random.bell())
                    * 0.025)
            let lean = V2(random.bell(), random.bell()) * 0.05
            let cut = random.number(0.86, 0.95)
            let reach = half * 1.5
            for y in max(
                Int((at.y - reach) * scale), 0)..<max(
                    min(Int((at.y + reach) * scale) + 1, height), max(Int((at.y - reach) * scale), 0))
            {
                for x in max(
                    Int((at.x - reach) * scale), 0)..<max(
                        min(Int((at.x + reach) * scale) + 1, width), max(Int((at.x - reach) * scale), 0))
                {
                    let q = V2(Float(x) + 0.5, Float(y) + 0.5) / scale - at
                    if max(abs(dot(q, axis)), abs(dot(q, V2(-axis.y, axis.x)))) < half * 0.97 {
                        taken[y * width + x] = true
                    }
                }
            }
            canvas.lay(at - reach, at + reach) { p in
                let q = p - at
                let u = dot(q, axis)
                let v = dot(q, V2(-axis.y, axis.x))
                let d = max(abs(u), abs(v)) - half * cut + 0.0008 * noise(p * 190, seed)
                // Each stone lies a little askew and is worn round at its rim.
                let bevel = smoothstep(0, -half * 0.35, d)
                let shade = 1 + dot(V2(u, v) / half, lean) - 0.22 * (1 - bevel) * (u + v > 0 ? 1 : -0.4)
                return (colour * shade, clamp(0.5 - d * scale))
            }
        }
    }
}

/// A subject broken into planes that do not quite meet.
func paintFacets(_ canvas: inout Canvas, _ random: inout SplitMix64) {
    let sketch = Sketch(of: [.bust, .stillLife, .bust, .city], for: canvas, detail: 260, softness: 2, &random)
    let seed = random.noiseSeed()
    let size = canvas.size
    let tones = random.pick([
        [hex(0x1E1A18), hex(0x4E4234), hex(0x8A7048), hex(0xB89A68), hex(0xE0CFA4)],
        [hex(0x14202A), hex(0x3A5260), hex(0x7A8A86), hex(0xC0B08A), hex(0xEADFC0)],
        [hex(0x241820), hex(0x6A3A38), hex(0xB0704A), hex(0xD8A878), hex(0xF0E0C8)],
    ])
    let accents = random.pick([
        [hex(0x3A6A7A), hex(0xA84A2E)], [hex(0x4E6A3A), hex(0xC88A2E)], [hex(0x2E4A7A), hex(0xB83A3A)],
    ])
    struct Cut { var through: V2, normal: V2, radius: Float }
    let middle = size * 0.5
    let cuts = (0..<17).map { i in
        let angle = random.pick([0.35, 1.15, 1.95, 2.75] as [Float]) + random.number(-0.22, 0.22)
        let through = middle + V2(random.bell() * 0.22 * size.x, random.bell() * 0.22 * size.y)
        return Cut(
            through: through, normal: V2(cos(angle), sin(angle)), radius: i % 5 == 4 ? random.number(0.08, 0.2) : 0)
    }
    @Sendable func side(_ cut: Cut, _ p: V2) -> Float {
        cut.radius > 0 ? length(p - cut.through) - cut.radius : dot(p - cut.through, cut.normal)
    }
    canvas.fill(smooth: true) { point in
        let p = point + 0.0015 * V2(noise(point * 60, seed), noise(point * 60 + 7, seed))
        var id: UInt32 = seed
        var nearest = Float.infinity
        var nearestSigned: Float = 0
        var axis = V2(1, 0)
        var index = 0
        for (i, cut) in cuts.enumerated() {
            // A cut ends where it leaves its neighbourhood, so that the planes far out are large.
            if cut.radius == 0, abs(dot(p - cut.through, V2(-cut.normal.y, cut.normal.x))) > 0.34 { continue }
            let d = side(cut, p)
            id = hash(Int(id), d > 0 ? 1 : 0, i, 3)
            if abs(d) < nearest { (nearest, nearestSigned, axis, index) = (abs(d), d, cut.normal, i) }
        }
        let a = Float(id & 0xFFFF) / 65536
        let b = Float(id >> 16) / 65536
        // Each plane sees the subject from its own place and turn.
        let moved = middle + rotated(p - middle, (a - 0.5) * 0.5) * (0.85 + 0.3 * b) + V2(a - 0.5, b - 0.5) * 0.09
        let source = sketch.colour(moved)
        // Passage: dark on one side of an edge, fading into the plane.
        let gradient = clamp(0.5 + dot(p - middle, rotated(axis, b * 6)) * 2.2)
        let fade = exp(-nearest / 0.05) * (nearestSigned * (index % 2 == 0 ? 1 : -1) > 0 ? 0.30 : -0.16)
        let tone = clamp(luminance(source) * 0.95 + 0.24 * (gradient - 0.5) + 0.22 * (a - 0.5) - fade)
        var c = ramp(tones, tone)
        if b > 0.8 { c = mix(c, accents[Int(id & 1)], 0.5) }
        c = mix(c, saturated(source, 0.9), 0.16)
        // Short dabs of a flat brush, laid along the plane.
        let q = rotated(p, a * 3.1) * V2(46, 120)
        let dab = noise(q, seed &+ 1) + 0.5 * noise(q * V2(1, 3), seed &+ 2)
        c = c * (1 + 0.10 * dab)
        let stroke =
            smoothstep(0.0028 + 0.0012 * noise(p * 22, seed), 0.0008, nearest) * (0.55 + 0.35 * noise(p * 9, seed &+ 4))
        return mix(c, tones[0], clamp(stroke))
    }
}
