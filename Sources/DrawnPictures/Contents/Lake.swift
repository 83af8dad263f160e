import Foundation
import Numerics

/// Mountains about a lake, firs on the near shore.
struct Lake: Scene {
    private struct Fir {
        var foot: V3
        var height: Float
        var seed: UInt32
    }

    let camera: Camera
    let reach: Float = 70
    private let sky: Sky
    private let water: Water
    private var firs: [Fir]
    private let seed: UInt32
    private let peak: V2
    private let side: Float
    private let meadow: V3
    private let snowline: Float

    init(_ random: inout SplitMix64) {
        side = random.chance(0.5) ? 1 : -1
        var sky = Sky(random.pick([.noon, .morning, .sunset]), azimuth: side * random.number(1.3, 2.0), &random)
        sky.haze = 0.007
        self.sky = sky
        seed = random.noiseSeed()
        peak = V2(-side * random.number(2, 7), random.number(30, 36))
        meadow = random.pick([light(0x6F8F3C), light(0x9A9440), light(0x567F45)])
        snowline = random.number(5.0, 7.5)
        water = Water(colour: light(0x1F4A57) * 0.5, ripple: 0.05, seed: random.noiseSeed())
        camera = Camera(position: V3(0, 2.1, -3), target: V3(0, 3.35, 12), focal: 1.15)
        var firs: [Fir] = []
        for i in 0..<15 {
            let near = i < 9
            let x = near ? side * random.number(1.7, 6.2) : -side * random.number(4.6, 8.5)
            let z = near ? random.number(3.2, 8) : random.number(6, 12)
            firs.append(Fir(foot: V3(x, 0, z), height: random.number(1.7, 4.2), seed: random.noiseSeed()))
        }
        self.firs = firs
        for i in firs.indices { self.firs[i].foot.y = ground(V2(firs[i].foot.x, firs[i].foot.z)) - 0.1 }
    }

    var lighting: Lighting { sky.lighting }

    /// The land's height; the lake is where it is below 0.
    private func ground(_ p: V2) -> Float {
        let shape = fractal(p * 0.11, 2, seed)
        // A bank on the firs' side, another across from it, and mountains behind.
        let near = 1.1 * smoothstep(1.0, 5.0, p.x * side - 0.05 * p.y + 0.8 * shape) * smoothstep(22, 6, p.y)
        let across = 0.8 * smoothstep(3.5, 7.5, -p.x * side + shape) * smoothstep(2, 6, p.y) * smoothstep(26, 14, p.y)
        let beach = 0.5 * smoothstep(0.6, -2.5, p.y + 0.6 * shape)
        let back = smoothstep(15, 33, p.y + 3 * shape)
        var height = -0.25 + near + across + beach
        if height > -0.2 || back > 0 { height += 0.12 * fractal(p * 0.9, 3, seed &+ 9) }
        guard back > 0 else { return height }
        let ridges =
            1 - abs(noise(p * 0.13, seed &+ 3)) * 1.6 + 0.5 * (1 - 2 * abs(noise(p * 0.29 + 5, seed &+ 4)))
            + 0.24 * (1 - 2 * abs(noise(p * 0.66, seed &+ 5))) + 0.3 * fractal(p * 1.1, 4, seed &+ 6)
        let d = p - peak
        let summit = 7.5 * exp(-dot(d, d) / 60)
        return height + back * (max(ridges, -0.3) * 4.2 + summit + 1.2)
    }

    private func fir(_ fir: Fir, _ p: V3) -> Float {
        let q = (p - fir.foot) / fir.height
        let r = length(V2(q.x, q.z))
        let bound = max(r - 0.3, q.y - 1.05)
        if bound > 0.15 { return bound * fir.height }
        // Whorls of branches: a cone whose edge steps in and out.
        let tier = fraction(q.y * 9)
        let spread = 0.24 * (1.02 - q.y) * (0.72 + 0.5 * (1 - tier))
        let ragged = 0.035 * noise(V3(atan2(q.x, q.z) * 3, q.y * 14, 0), fir.seed)
        let cone = max((r - spread - ragged) * 0.55, 0.1 - q.y)
        return min(cone, max(r - 0.022, q.y - 0.3)) * fir.height
    }

    func distance(_ p: V3) -> Float {
        var d = p.y
        let above = p.y - 12.5
        if above > 1 { return above }
        d = min(d, (p.y - ground(V2(p.x, p.z))) * 0.42)
        if p.z < 14 { for f in firs { d = min(d, fir(f, p)) } }
        return d
    }

    func surface(_ p: V3, _ n: V3) -> Surface {
        let here = distance(p) + 1e-5
        for f in firs where p.z < 14 && fir(f, p) <= here {
            let trunk = length(V2(p.x - f.foot.x, p.z - f.foot.z)) < 0.03 * f.height
            return trunk && p.y < f.foot.y + 0.2 * f.height
                ? Surface(light(0x4A3526)) : leaves(p, light(0x142D1C), light(0x3F6A35), f.seed, scale: 1)
        }
        if p.y <= here { return water.surface(p, distance: p.z - camera.position.z) }
        let rock = mix(light(0x6B6460), light(0x99897A), 0.5 + 0.5 * fractal(V3(p.x, p.y * 3, p.z), 3, seed))
        let patch = fractal(V2(p.x, p.z) * 0.7, 4, seed &+ 8)
        var colour = mix(rock, meadow * (0.8 + 0.5 * patch), smoothstep(0.62, 0.8, n.y + 0.12 * patch))
        // Forest on the lower slopes, snow above, sand by the water.
        let forest = smoothstep(0.02, 0.18, patch + 0.05) * smoothstep(4.2, 2.6, p.y) * smoothstep(13, 18, p.z)
        colour = mix(colour, light(0x24452C), forest)
        colour = mix(
            colour, light(0xF4F6FA),
            smoothstep(snowline, snowline + 1.0, p.y + 1.5 * patch) * smoothstep(0.42, 0.62, n.y))
        colour = mix(colour, light(0xA8946C), smoothstep(0.22, 0.06, p.y))
        return Surface(colour)
    }

    func background(_ direction: V3) -> V3 { sky.colour(direction) }
}
