import Foundation
import Numerics

/// Rolling farmland: patchwork fields, a farmhouse, round trees and cypresses.
struct Hills: Scene {
    private struct Tree {
        var foot: V3
        var size: Float
        var slender: Bool
        var seed: UInt32
    }

    let camera: Camera
    let reach: Float = 60
    private let sky: Sky
    private var house: House
    private var barn: House
    private var trees: [Tree] = []
    private let fields: [V3]
    private let leaf: (V3, V3)
    private let seed: UInt32

    init(_ random: inout SplitMix64) {
        let side: Float = random.chance(0.5) ? 1 : -1
        seed = random.noiseSeed()
        var sky = Sky(random.pick([.noon, .morning, .sunset]), azimuth: -side * random.number(1.2, 1.9), &random)
        sky.haze = 0.007
        self.sky = sky
        fields = random.pick([
            [light(0x8FA63C), light(0xD9B84A), light(0x5E8436), light(0xC8A24E), light(0xA9B85A), light(0x8C6A42)],
            [light(0xD8A13C), light(0xC77F35), light(0x9A9A3C), light(0xE2C06A), light(0x7C5A3A), light(0xB8B05A)],
            [light(0x6FA050), light(0x9CC060), light(0x7E62A0), light(0x4E8040), light(0xC9C26A), light(0x8F74B4)],
        ])
        leaf = random.pick([(light(0x1F4020), light(0x6E8F3A)), (light(0x5C3A18), light(0xC98A2E))])
        camera = Camera(position: V3(0, 4.6, -6), target: V3(0, 2.6, 8), focal: 1.3)
        let walls = light(0xEBDCC0)
        let roof = random.pick([light(0xB4532F), light(0x8C4A3A)])
        house = House(
            centre: V3(side * 1.9, 0, 9), half: V3(1.35, 0.75, 0.8), turn: Turn(side * 0.4), wall: walls, roof: roof)
        barn = House(
            centre: V3(side * 4.3, 0, 10.2), half: V3(0.8, 0.55, 0.6), turn: Turn(side * -0.3), wall: walls * 0.9,
            roof: roof * 0.8)
        house.centre.y = ground(V2(house.centre.x, house.centre.z)) + 0.5
        barn.centre.y = ground(V2(barn.centre.x, barn.centre.z)) + 0.4
        func plant(_ x: Float, _ z: Float, _ size: Float, slender: Bool) {
            trees.append(
                Tree(foot: V3(x, ground(V2(x, z)) - 0.05, z), size: size, slender: slender, seed: random.noiseSeed()))
        }
        // Cypresses up to the house, trees behind it and a few by the near path.
        for i in 0..<6 {
            plant(
                side * (0.1 - 0.55 * Float(i) + random.number(-0.1, 0.1)), 8.2 - 0.9 * Float(i),
                random.number(0.8, 1.15), slender: true)
        }
        for _ in 0..<5 {
            plant(side * random.number(-0.5, 6), random.number(11, 13.5), random.number(0.8, 1.2), slender: false)
        }
        for _ in 0..<9 {
            plant(random.number(-12, 12), random.number(14, 24), random.number(0.8, 1.4), slender: random.chance(0.3))
        }
        for i in 0..<3 {
            plant(-side * (3.3 + 1.1 * Float(i)), random.number(1.5, 4.5), random.number(0.8, 1.1), slender: false)
        }
        plant(side * 4.6, 2.5, 1.0, slender: false)
    }

    var lighting: Lighting { sky.lighting }

    private func ground(_ p: V2) -> Float {
        1.5 * noise(p * 0.11, seed) + 0.5 * noise(p * 0.27, seed &+ 1) + 3.2 * smoothstep(14, 34, p.y)
            * (0.6 + noise(p * 0.09, seed &+ 2))
    }

    private func tree(_ t: Tree, _ p: V3) -> Float {
        let q = (p - t.foot) / t.size
        let bound = length(q - V3(0, 1.1, 0)) - 1.55
        if bound > 0.3 { return bound * t.size }
        let trunk = capsule(q, .zero, V3(0, 1, 0), 0.09, 0.06)
        let top =
            t.slender
            ? crown((q - V3(0, 1.25, 0)) * V3(1, 0.27, 1), V3(0.27, 0.31, 0.27), t.seed)
            : union(
                crown(q - V3(0, 1.25, 0), V3(0.72, 0.66, 0.72), t.seed),
                crown(q - V3(0.4, 0.95, 0.1), V3(0.45, 0.4, 0.45), t.seed), 0.1)
        return min(trunk, top) * t.size
    }

    func distance(_ p: V3) -> Float {
        if p.y > 8.5 { return p.y - 8 }
        var d = (p.y - ground(V2(p.x, p.z))) * 0.8
        d = min(d, min(house.distance(p), barn.distance(p)))
        for t in trees { d = min(d, tree(t, p)) }
        return d
    }

    func surface(_ p: V3, _ n: V3) -> Surface {
        let here = distance(p) + 1e-5
        for t in trees where tree(t, p) <= here {
            if p.y < t.foot.y + 0.45 * t.size { return Surface(light(0x54402C)) }
            return t.slender
                ? leaves(p, light(0x14301F), light(0x3C5F34), t.seed, scale: 0.7)
                : leaves(p, leaf.0, leaf.1, t.seed, scale: 1.2)
        }
        if house.distance(p) <= here { return house.surface(p) }
        if barn.distance(p) <= here { return barn.surface(p) }
        let at = V2(p.x, p.z)
        let cell = voronoi(at * 0.16 + 0.25 * fractal(at * 0.15, 2, seed), seed &+ 4)
        // Each field has its own crop and furrows of its own direction.
        let direction = rotated(V2(1, 0), cell.tint * 6)
        let furrow = sin(dot(at, direction) * 9 + noise(at * 0.5, seed))
        let crop = fields[Int(cell.id % UInt32(fields.count))]
        var colour = crop * (0.86 + 0.2 * furrow * smoothstep(30, 6, p.z) + 0.2 * fractal(at * 1.5, 3, seed))
        colour = mix(light(0x3E5A2A), colour, smoothstep(0.03, 0.06, cell.border))
        let path = abs(p.x - house.centre.x + (8.2 - p.z) * 0.4 * (house.centre.x > 0 ? 1 : -1) + 0.7 * sin(p.z * 0.5))
        colour = mix(
            colour, light(0xDCC79C), smoothstep(0.4, 0.3, path + 0.1 * noise(at * 4, seed)) * smoothstep(8.6, 8.2, p.z))
        return Surface(colour)
    }

    func background(_ direction: V3) -> V3 { sky.colour(direction) }
}
