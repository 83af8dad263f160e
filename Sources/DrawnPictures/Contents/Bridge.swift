import Foundation
import Numerics

/// A stone bridge of several arches over a calm river, a town on the far bank.
struct Bridge: Scene {
    let camera: Camera
    let reach: Float = 60
    private let sky: Sky
    private let water: Water
    private var houses: [House] = []
    private var trees: [(foot: V3, size: Float, seed: UInt32)] = []
    private let stone: V3
    private let leaf: (V3, V3)
    private let span: Float
    private let skew: Turn
    private let seed: UInt32

    init(_ random: inout SplitMix64) {
        let side: Float = random.chance(0.5) ? 1 : -1
        seed = random.noiseSeed()
        var sky = Sky(random.pick([.noon, .morning, .sunset]), azimuth: side * random.number(2.2, 2.8), &random)
        sky.haze = 0.007
        self.sky = sky
        water = Water(
            colour: random.pick([light(0x2D5A4E), light(0x2A5570), light(0x4E5A3A)]) * 0.6, ripple: 0.05,
            seed: random.noiseSeed())
        stone = random.pick([light(0xC2AC86), light(0xA39A90), light(0xB98A68)])
        leaf = random.pick([
            (light(0x28481F), light(0x86A040)), (light(0x6A3A14), light(0xDB9A30)), (light(0x1F3F2A), light(0x5E8A48)),
        ])
        span = random.number(2.5, 3.1)
        skew = Turn(side * random.number(0.18, 0.34))
        camera = Camera(position: V3(0, 2.3, -6), target: V3(0, 1.85, 6), focal: 1.2)
        let walls = [light(0xE8D3A8), light(0xD9A27A), light(0xE6E0D0), light(0xC97F62), light(0xE3BE6C)]
        var x: Float = -13
        while x < 13 {
            let half = V3(random.number(0.6, 1.0), random.number(0.75, 1.3), 0.75)
            houses.append(
                House(
                    centre: V3(x, 1.1 + half.y, 13.4 + random.number(0, 1.2)), half: half,
                    turn: Turn(random.number(-0.12, 0.12)),
                    wall: random.pick(walls), roof: random.pick([light(0xA64B30), light(0x8A4038), light(0x6A5A58)])))
            x += half.x * 2.15 + (random.chance(0.25) ? 1.2 : 0.1)
        }
        for _ in 0..<9 {
            trees.append(
                (
                    V3(random.number(-13, 13), 0.95, random.number(11.2, 12.2)), random.number(0.55, 1.1),
                    random.noiseSeed()
                ))
        }
        trees.append((V3(-side * 3.9, 0.3, 1.4), 1.9, random.noiseSeed()))
        trees.append((V3(-side * 5.4, 0.3, 3.4), 1.6, random.noiseSeed()))
        trees.append((V3(side * 5.6, 0.3, 4.2), 1.35, random.noiseSeed()))
    }

    var lighting: Lighting { sky.lighting }

    private func across(_ p: V3) -> V3 { turned(p - V3(0, 0, 6), skew) }

    private func bridge(_ p: V3) -> Float {
        let q = across(p)
        let bound = max(abs(q.z) - 1.0, q.y - 3.6)
        if bound > 0.5 { return bound }
        let rise = 2.05 - 0.016 * q.x * q.x
        let deck = max(abs(q.z) - 0.75, q.y - rise)
        let parapet = max(max(abs(abs(q.z) - 0.72) - 0.09, q.y - rise - 0.32), rise - 0.1 - q.y)
        let ledge = max(abs(q.z) - 0.84, abs(q.y - rise + 0.03) - 0.06)
        let cell = (q.x / span).rounded()
        let x = q.x - cell * span
        let crown = rise - 0.45
        let opening = (length(V2(x / (span * 0.41), max(q.y, 0) / crown)) - 1) * span * 0.4
        let ring = max(opening - 0.16, abs(q.z) - 0.79)
        let body = max(min(deck, ring), -opening)
        // Piers with cutwaters.
        let pier = abs(abs(x) - span / 2)
        let cutwater = max(pier * 0.9 + max(abs(q.z) - 0.75, 0) * 0.8 - 0.26, q.y - 0.85)
        return min(min(body, max(cutwater, abs(q.z) - 1.15)), min(parapet, ledge)) * 0.8
    }

    private func land(_ p: V3) -> Float {
        let at = V2(p.x, p.z)
        let rough = 0.12 * fractal(at * 0.9, 3, seed)
        let far = 1.05 * smoothstep(9.6, 10.6, p.z + 0.5 * noise(at * 0.4, seed))
        let sides =
            0.75 * smoothstep(2.1, 3.7, abs(p.x) + 0.22 * (2 - p.z) + noise(V2(p.z * 0.4, 3), seed))
            * smoothstep(9, 3, p.z)
        let hills = 4.2 * smoothstep(15, 32, p.z) * (0.75 + 0.6 * noise(at * 0.13, seed &+ 2))
        return (p.y - (-0.3 + far + sides + hills + rough)) * 0.55
    }

    private func tree(_ t: (foot: V3, size: Float, seed: UInt32), _ p: V3) -> Float {
        let q = (p - t.foot) / t.size
        let bound = length(q - V3(0, 1.15, 0)) - 1.5
        if bound > 0.3 { return bound * t.size }
        let trunk = capsule(q, V3(0, -0.5, 0), V3(0.05, 1, 0), 0.1, 0.06)
        let top = union(
            crown(q - V3(0, 1.4, 0), V3(0.7, 0.65, 0.7), t.seed),
            crown(q - V3(-0.38, 1.0, 0), V3(0.5, 0.42, 0.5), t.seed), 0.1)
        return min(trunk, union(top, crown(q - V3(0.42, 1.05, -0.1), V3(0.46, 0.4, 0.46), t.seed), 0.1)) * t.size
    }

    func distance(_ p: V3) -> Float {
        if p.y > 9 { return p.y - 8.5 }
        var d = min(p.y, min(land(p), bridge(p)))
        for t in trees { d = min(d, tree(t, p)) }
        if p.z > 8 { for h in houses { d = min(d, h.distance(p)) } } else { d = min(d, max(11 - p.z, 0.5)) }
        return d
    }

    func surface(_ p: V3, _ n: V3) -> Surface {
        let here = distance(p) + 1e-5
        for t in trees where tree(t, p) <= here {
            if p.y < t.foot.y + 0.55 * t.size { return Surface(light(0x4E3B2A)) }
            return leaves(p, leaf.0, leaf.1, t.seed, scale: 1.2)
        }
        for h in houses where h.distance(p) <= here { return h.surface(p) }
        if bridge(p) <= here {
            let q = across(p)
            // Courses of blocks, each a little different.
            let course = (q.y * 4.6).rounded(.down)
            let along = (abs(n.x) > 0.6 ? q.z : q.x) * 2.4 + course * 0.5
            let block = lattice(Int(along.rounded(.down)), Int(course), seed)
            let joint = min(0.5 - abs(fraction(along) - 0.5), (0.5 - abs(fraction(q.y * 4.6) - 0.5)) * 0.6)
            let damp = mix(0.5, 1, smoothstep(0.05, 0.5, p.y + 0.2 * noise(p * 2, seed)))
            return Surface(stone * (0.75 + 0.4 * block) * mix(0.6, 1, smoothstep(0.01, 0.05, joint)) * damp)
        }
        if land(p) <= here {
            let grass = mix(leaf.0, leaf.1, 0.55 + 0.5 * fractal(V2(p.x, p.z) * 1.6, 4, seed)) * 1.1
            let earth = mix(light(0x6E5A40), light(0x9C8458), 0.5 + 0.5 * fractal(V2(p.x, p.z) * 3, 3, seed))
            return Surface(mix(earth, grass, smoothstep(0.03, 0.22, p.y)))
        }
        return water.surface(p, distance: length(p - camera.position))
    }

    func background(_ direction: V3) -> V3 { sky.colour(direction) }
}
