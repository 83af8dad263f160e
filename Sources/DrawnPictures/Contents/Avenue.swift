import Foundation
import Numerics

/// A path between two rows of trees, running to the horizon.
struct Avenue: Scene {
    let camera: Camera
    let reach: Float = 55
    private let sky: Sky
    private let leaf: (V3, V3)
    private let litter: V3
    private let bark: V3
    private let spacing: Float
    private let tall: Float
    private let walker: V3
    private let coat: V3
    private let bend: Float
    private let seed: UInt32

    init(_ random: inout SplitMix64) {
        let side: Float = random.chance(0.5) ? 1 : -1
        seed = random.noiseSeed()
        var sky = Sky(random.pick([.morning, .sunset, .morning]), azimuth: side * random.number(0.7, 1.2), &random)
        sky.haze = 0.012
        self.sky = sky
        (leaf, litter) = random.pick([
            ((light(0x8A3A12), light(0xEDA02E)), light(0xC9752A)),
            ((light(0x2C5A20), light(0xA8C048)), light(0x6E8A3A)),
            ((light(0x7A2018), light(0xE06A2A)), light(0xA8502C)),
        ])
        bark = random.pick([light(0x54402E), light(0x6A6258), light(0x3E3028)])
        spacing = random.number(2.8, 3.4)
        tall = random.number(0.95, 1.15)
        bend = side * random.number(0.004, 0.012)
        walker = V3(random.number(-0.4, 0.4), 0, random.number(4.5, 7))
        coat = random.pick([light(0x8C2420), light(0x23405E), light(0xD8B040)])
        camera = Camera(position: V3(-side * 0.3, 1.55, -4), target: V3(0.2 * side, 2.35, 8), focal: 1.05)
    }

    var lighting: Lighting {
        var lighting = sky.lighting
        lighting.ambient *= 1.5
        return lighting
    }

    /// The path bends away: space is straightened before anything is placed along it.
    private func straight(_ p: V3) -> V3 { V3(p.x - bend * p.z * p.z, p.y, p.z) }

    private func tree(_ q: V3, row: Int, side: Float) -> (trunk: Float, crown: Float, seed: UInt32) {
        let h = hash(row, side > 0 ? 1 : 0, 4, seed)
        let a = Float(h & 255) / 255 - 0.5
        let b = Float(h >> 8 & 255) / 255 - 0.5
        let c = Float(h >> 16 & 255) / 255
        let size = tall * (0.85 + 0.3 * c)
        var p = q - V3(side * (2.15 + 0.4 * a), 0, Float(row) * spacing + 0.7 * b)
        p /= size
        let lean = V3(-side * 0.2 + 0.3 * a, 2.4, 0.25 * b)
        var trunk = capsule(p, V3(0, -0.2, 0), lean, 0.21, 0.12)
        trunk = union(trunk, capsule(p, lean, lean + V3(-side * 0.9, 1.4, 0.4 * a), 0.11, 0.04), 0.12)
        trunk = union(trunk, capsule(p, lean * 0.9, lean + V3(side * 0.7, 1.5, -0.3), 0.1, 0.04), 0.12)
        trunk = union(trunk, capsule(p, V3(0, -0.1, 0), V3(0, 0.25, 0), 0.3, 0.16), 0.2)
        let top = lean + V3(-side * 0.3, 1.65, 0)
        var leaves = crown(p - top, V3(1.35, 1.15, 1.3), h)
        leaves = union(leaves, crown(p - top - V3(-side * 0.9, -0.35, 0.3), V3(0.75, 0.6, 0.8), h), 0.2)
        return (trunk * size, leaves * size, h)
    }

    private func person(_ p: V3) -> (body: Float, head: Float) {
        let q = p - walker
        let bound = length(q - V3(0, 0.6, 0)) - 0.9
        if bound > 0.3 { return (bound, bound) }
        var body = frustum(q - V3(0, 0.3, 0), height: 0.78, bottom: 0.27, top: 0.12) - 0.03
        body = union(body, capsule(q, V3(0.17, 0.98, 0), V3(0.24, 0.6, -0.03), 0.06, 0.05), 0.06)
        body = union(body, capsule(q, V3(-0.17, 0.98, 0), V3(-0.24, 0.6, -0.03), 0.06, 0.05), 0.06)
        body = min(
            body,
            min(
                capsule(q, V3(0.07, 0, 0.05), V3(0.07, 0.4, 0), 0.05, 0.06),
                capsule(q, V3(-0.07, 0, -0.07), V3(-0.07, 0.4, 0), 0.05, 0.06)))
        let head = min(sphere(q - V3(0, 1.28, 0), 0.13), max(length(V2(q.x, q.z)) - 0.22, abs(q.y - 1.34) - 0.015))
        return (body, head)
    }

    /// The nearest of the four trees that can be near.
    private func nearest(_ q: V3) -> (trunk: Float, crown: Float, seed: UInt32) {
        let low = (q.z / spacing).rounded(.down)
        let side: Float = q.x > 0 ? 1 : -1
        var best: (trunk: Float, crown: Float, seed: UInt32) = (9, 9, 0)
        for row in [Int(low), Int(low) + 1] where row > -1 {
            for s in [side, -side] where s == side || abs(q.x) < 1.6 {
                let t = tree(q, row: row, side: s)
                if min(t.trunk, t.crown) < min(best.trunk, best.crown) { best = t }
            }
        }
        return best
    }

    private func ground(_ q: V3) -> Float {
        let verge = smoothstep(0.95, 1.6, abs(q.x))
        return q.y - 0.12 * verge - 0.05 * fractal(V2(q.x, q.z) * 1.4, 3, seed) - 0.6 * smoothstep(3, 12, abs(q.x))
    }

    func distance(_ p: V3) -> Float {
        let q = straight(p)
        var d = ground(q) * 0.8
        if q.y < 8, abs(q.x) < 8 {
            let t = nearest(q)
            // Trees beyond the neighbouring rows are not measured: never step over a row.
            d = min(d, min(min(t.trunk, t.crown), spacing * 0.45))
        } else {
            d = min(d, max(q.y - 7, abs(q.x) - 6))
        }
        let someone = person(p)
        return min(d, min(someone.body, someone.head)) * 0.9
    }

    func surface(_ p: V3, _ n: V3) -> Surface {
        let here = distance(p) / 0.9 + 1e-4
        let someone = person(p)
        if someone.head <= here { return Surface(p.y > walker.y + 1.31 ? coat * 0.5 : light(0xD8A888)) }
        if someone.body <= here { return Surface(p.y < walker.y + 0.36 ? light(0x2A2420) : coat) }
        let q = straight(p)
        let t = nearest(q)
        let d = ground(q) * 0.8
        if t.crown < min(d, t.trunk) {
            let shift = Float(t.seed & 255) / 255
            return leaves(
                p, leaf.0 * mix(0.7, 1.1, shift), leaf.1 * mix(V3(1, 0.85, 0.8), V3(1, 1.1, 1), shift), t.seed,
                scale: 1.1)
        }
        if t.trunk < d {
            let ridges = noise(V3(q.x * 14, q.y * 2.2, q.z * 14), seed)
            return Surface(
                mix(bark * (0.9 + 0.4 * ridges), light(0x6E7A3C), 0.3 * smoothstep(0.3, 0.8, noise(q * 1.7, seed))))
        }
        let at = V2(q.x, q.z)
        let earth = mix(light(0xB59A70), light(0xD8C398), 0.5 + 0.6 * fractal(at * V2(2.4, 0.8), 4, seed))
        let grass = mix(leaf.0 * 0.7 + light(0x35541F) * 0.5, light(0x86953C), 0.5 + 0.6 * fractal(at * 2, 4, seed))
        var colour = mix(earth, grass, smoothstep(0.85, 1.3, abs(q.x) + 0.3 * noise(at * 1.6, seed)))
        // Fallen leaves.
        let fallen = voronoi(at * 6, seed &+ 3)
        if fallen.tint < 0.42, fallen.border > 0.12 { colour = mix(litter, leaf.1, fallen.tint * 2) }
        return Surface(colour)
    }

    func background(_ direction: V3) -> V3 { sky.colour(direction) }
}
