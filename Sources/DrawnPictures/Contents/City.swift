import Foundation
import Numerics

/// A city across the water at dusk, windows lit.
struct City: Scene {
    private struct Tower {
        var centre: V2
        var half: V2
        var height: Float
        /// 0 flat, 1 stepped, 2 with a spire, 3 with a pitched crown.
        var top: Int
        var colour: V3
        var seed: UInt32
    }

    let camera: Camera
    let reach: Float = 60
    let lighting: Lighting
    private let sky: Sky
    private let water: Water
    private var towers: [Tower] = []
    private let lamp: V3
    private let night: Float
    private let seed: UInt32

    init(_ random: inout SplitMix64) {
        seed = random.noiseSeed()
        var sky = Sky(.sunset, azimuth: random.number(-0.9, 0.9), &random)
        let palette = random.pick([
            (light(0x1C2E66), light(0xF08A5A), 1 as Float), (light(0x24305C), light(0xE8A0A0), 1 as Float),
            (light(0x0E1E4A), light(0x6C7FC0), 1 as Float), (light(0x2F6CB8), light(0xF4DCC0), 0.25 as Float),
        ])
        sky.zenith = palette.0
        sky.horizon = palette.1
        night = palette.2
        sky.sun = normalized(V3(random.pick([-1, 1]) * 0.8, 0.3, night < 1 ? -0.5 : 0.35))
        sky.sunlight = night < 1 ? V3(3, 2.6, 2.0) : V3(1.5, 0.75, 0.45)
        sky.haze = 0.006
        self.sky = sky
        var lighting = sky.lighting
        lighting.ambient = palette.0 * 1.6 + palette.1 * 0.06
        self.lighting = lighting
        lamp = random.pick([light(0xFFCF70), light(0xFFE0A0), light(0xFFB860)])
        water = Water(colour: palette.0 * 0.25, ripple: 0.12, seed: random.noiseSeed())
        camera = Camera(position: V3(0, 2.1, -6), target: V3(0, 3.3, 10), focal: 1.2)
        let walls = [
            light(0x5A6378), light(0x8A6F62), light(0x4E5568), light(0x9C8C80), light(0x6C4E48), light(0x37506A),
        ]
        let peak = random.number(-3.5, 3.5)
        for row in 0..<3 {
            var x: Float = -11.5 - Float(row) * 3
            while x < 11.5 + Float(row) * 3 {
                let half = random.number(0.42, 0.85)
                let rise = exp(-(x - peak) * (x - peak) / 26)
                let height = random.number(0.9, 2.1) + Float(row) * 0.9 + rise * random.number(0.6, 4.2)
                towers.append(
                    Tower(
                        centre: V2(x + half, 9 + Float(row) * 2.6 + random.number(-0.3, 0.3)),
                        half: V2(half * 0.94, random.number(0.5, 0.8)), height: height,
                        top: height > 3.4 ? random.whole(1...3) : 0, colour: random.pick(walls),
                        seed: random.noiseSeed()))
                x += 2 * half + (random.chance(0.2) ? random.number(0.2, 0.8) : 0.03)
            }
        }
    }

    private func tower(_ t: Tower, _ p: V3) -> Float {
        let q = V3(p.x - t.centre.x, p.y, p.z - t.centre.y)
        let bound = max(abs(q.x) - t.half.x, abs(q.z) - t.half.y)
        if bound > 0.6 { return bound }
        let body = box(q - V3(0, t.height / 2, 0), V3(t.half.x, t.height / 2, t.half.y))
        switch t.top {
        case 1:
            let upper = box(q - V3(0, t.height, 0), V3(t.half.x * 0.68, 0.5, t.half.y * 0.68))
            return min(body, min(upper, box(q - V3(0, t.height + 0.5, 0), V3(t.half.x * 0.36, 0.45, t.half.y * 0.36))))
        case 2:
            let upper = box(q - V3(0, t.height, 0), V3(t.half.x * 0.7, 0.3, t.half.y * 0.7))
            return min(
                min(body, upper), frustum(q - V3(0, t.height + 0.2, 0), height: 1.9, bottom: t.half.x * 0.4, top: 0.01))
        case 3:
            let pitch = max(
                abs(q.x) * 0.8 + (q.y - t.height - t.half.x * 1.3) * 0.6, max(t.height - q.y, abs(q.z) - t.half.y))
            return min(body, pitch)
        default:
            return min(body, box(q - V3(t.half.x * 0.3, t.height + 0.1, 0), V3(0.16, 0.14, 0.16)))
        }
    }

    private func quay(_ p: V3) -> Float { box(p - V3(0, -0.2, 14), V3(40, 0.42, 6.2)) }

    func distance(_ p: V3) -> Float {
        if p.y > 10 { return p.y - 9.5 }
        var d = min(p.y, quay(p))
        if p.z < 6.5 { return min(d, max(7.4 - p.z, 0.3)) }
        for t in towers { d = min(d, tower(t, p)) }
        return d
    }

    func surface(_ p: V3, _ n: V3) -> Surface {
        let here = distance(p) + 1e-5
        for t in towers where tower(t, p) <= here {
            var wall = Surface(t.colour * (0.9 + 0.1 * noise(p * 3, t.seed)), gloss: 0.1)
            guard abs(n.y) < 0.3, p.y < t.height + 0.9 else { return wall }
            // A grid of windows; hashes say which are lit.
            let across = (abs(n.z) > 0.5 ? p.x - t.centre.x : p.z - t.centre.y) * 3.8 + 0.5
            let up = p.y * 3.1
            let column = across.rounded(.down)
            let row = up.rounded(.down)
            let inside = abs(across - column - 0.5) < 0.29 && abs(up - row - 0.5) < 0.31
            guard inside, p.y > 0.45 else { return wall }
            let chosen = lattice(Int(column), Int(row), 3, t.seed)
            wall.albedo = light(0x1B2433)
            wall.mirror = 0.12
            if chosen < 0.4 * night + 0.02 {
                wall.glow = lamp * (0.35 + 1.5 * lattice(Int(column), Int(row), 5, t.seed))
            }
            return wall
        }
        if quay(p) <= here {
            var stone = Surface(light(0x57504C))
            // Lamps along the quay.
            let lamps = length(V2((fraction(p.x * 0.55) - 0.5) / 0.55, (p.y - 0.12) * 1.4))
            if n.z < -0.5 { stone.glow = lamp * (1.6 * smoothstep(0.3, 0.0, lamps)) }
            return stone
        }
        return water.surface(p, distance: length(p - camera.position))
    }

    func background(_ direction: V3) -> V3 { sky.colour(direction) }
}
