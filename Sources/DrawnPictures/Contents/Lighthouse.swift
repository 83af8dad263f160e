import Foundation
import Numerics

/// A lighthouse on a headland, a keeper's house, a sailing boat.
struct Lighthouse: Scene {
    let camera: Camera
    let reach: Float = 60
    private let sky: Sky
    private let water: Water
    private let house: House
    private let boat: V3
    private let side: Float
    private let bands: (V3, V3)
    private let sail: V3
    private let seed: UInt32

    init(_ random: inout SplitMix64) {
        side = random.chance(0.5) ? 1 : -1
        seed = random.noiseSeed()
        var sky = Sky(random.pick([.noon, .morning, .sunset]), azimuth: -side * random.number(1.9, 2.5), &random)
        sky.haze = 0.006
        self.sky = sky
        water = Water(
            colour: random.pick([light(0x0E4A63), light(0x16565C), light(0x1B3F6B)]) * 0.7, ripple: 0.32,
            seed: random.noiseSeed())
        bands = random.pick([
            (light(0xF2EFE8), light(0xC0302A)), (light(0xF2EFE8), light(0x27496D)),
            (light(0xEFE6D0), light(0x2B2B2B)),
        ])
        sail = random.pick([light(0xF5EBD8), light(0xC8552F), light(0xE3B23C)])
        house = House(
            centre: V3(side * 4.3, 1.93, 7.6), half: V3(0.85, 0.5, 0.55), turn: Turn(side * random.number(0.2, 0.6)),
            wall: light(0xEDE6D6), roof: random.pick([light(0xA8452F), light(0x5B6470)]))
        boat = V3(-side * random.number(2.2, 3.6), 0, random.number(6, 11))
        camera = Camera(position: V3(0, 1.5, -4), target: V3(side * 0.5, 2.35, 8), focal: 1.25)
    }

    var lighting: Lighting { sky.lighting }

    private var tower: V3 { V3(side * 2.45, 1.6, 8) }

    private func land(_ p: V3) -> Float {
        let q = p - V3(side * 4.2, -1.0, 8.6)
        let bound = length(q) - 6.5
        if bound > 1 { return bound }
        let rough = fractal(V3(p.x, p.y * 1.6, p.z) * 0.8, 5, seed)
        let mass = ellipsoid(q, V3(4.1, 2.7, 3.0))
        let rocks = ellipsoid(p - V3(side * 0.4, -0.35, 6.6), V3(1.3, 0.75, 0.9))
        // Flat on top, broken at the sides.
        let steep = smoothstep(1.75, 1.1, p.y)
        return (intersect(union(mass, rocks, 0.7), p.y - 1.5, 0.25) - rough * mix(0.06, 0.55, steep)) * 0.6
    }

    private func towerDistance(_ p: V3) -> Float {
        let q = p - tower
        let r = length(V2(q.x, q.z))
        let bound = max(r - 1.1, q.y - 5.6)
        if bound > 0.4 { return bound }
        let shaft = frustum(q + V3(0, 0.5, 0), height: 4.5, bottom: 0.68, top: 0.4)
        let gallery = frustum(q - V3(0, 3.95, 0), height: 0.12, bottom: 0.62, top: 0.66)
        let rail = max(abs(r - 0.6) - 0.012, abs(q.y - 4.3) - 0.02)
        let posts = length(V2(r - 0.6, (fraction(atan2(q.x, q.z) * 1.9) - 0.5) * 0.32)) - 0.014
        let lantern = frustum(q - V3(0, 4.05, 0), height: 0.62, bottom: 0.3, top: 0.3)
        let dome = max(ellipsoid(q - V3(0, 4.66, 0), V3(0.4, 0.36, 0.4)), 4.62 - q.y)
        let knob = min(sphere(q - V3(0, 5.08, 0), 0.07), max(r - 0.015, abs(q.y - 5.2) - 0.22))
        return min(
            min(min(shaft, gallery), min(rail, max(posts, abs(q.y - 4.19) - 0.12))), min(lantern, min(dome, knob)))
    }

    private func hull(_ p: V3) -> Float {
        let q = p - boat
        let taper = 0.26 * (1 - pow(min(abs(q.x) / 0.95, 1), 2.2))
        let keel = max(abs(q.z) - taper * clamp(0.5 + (q.y + 0.12) * 2), abs(q.y - 0.1) - 0.16 - 0.06 * q.x * q.x)
        return max(keel, abs(q.x) - 0.95) * 0.7
    }

    private func sails(_ p: V3) -> Float {
        let q = p - boat
        let belly = 0.16 * sin(clamp((q.y - 0.3) / 2) * 3)
        let sheet = abs(q.z - belly) - 0.015
        let main = max(max(q.x - 0.05, 0.42 - q.y), (q.y - 2.5 - q.x * 2.0) * 0.45)
        let jib = max(max(0.13 - q.x, 0.42 - q.y), (q.y - 2.2 + q.x * 2.1) * 0.43)
        let mast = max(length(V2(q.x - 0.09, q.z)) - 0.022, abs(q.y - 1.4) - 1.25)
        return min(max(sheet, min(main, jib)) * 0.8, mast)
    }

    private func boatDistance(_ p: V3) -> Float {
        let bound = length(p - boat - V3(0, 1.2, 0)) - 1.7
        return bound > 0.3 ? bound : min(hull(p), sails(p))
    }

    func distance(_ p: V3) -> Float {
        min(min(p.y, land(p)), min(towerDistance(p), min(house.distance(p), boatDistance(p))))
    }

    func surface(_ p: V3, _ n: V3) -> Surface {
        let here = distance(p) + 1e-5
        if boatDistance(p) <= here {
            if hull(p) < sails(p) { return Surface(p.y > 0.2 ? light(0xE8DCC4) : light(0x8C2F26), gloss: 0.2) }
            var cloth = Surface(sail)
            cloth.translucency = 0.5
            return cloth
        }
        if towerDistance(p) <= here {
            let q = p - tower
            if q.y > 4.62 { return Surface(bands.1, gloss: 0.4) }
            if q.y > 4.06, length(V2(q.x, q.z)) < 0.35 {
                var pane = Surface(light(0x6B6A50), gloss: 0.6, mirror: 0.15)
                pane.glow = V3(1.6, 1.2, 0.5) * (0.4 + 0.6 * smoothstep(0.2, 0.1, abs(q.y - 4.35)))
                return abs(fraction(atan2(q.x, q.z) * 1.27) - 0.5) > 0.44 ? Surface(V3(0.03, 0.03, 0.03)) : pane
            }
            if q.y > 3.9 { return Surface(light(0x3A3A3E)) }
            let window = abs(fraction(q.y * 0.6) - 0.55) < 0.1 && abs(q.x) < 0.085 && q.z < 0
            if window { return Surface(light(0x1E2630), gloss: 0.4) }
            return Surface(fraction(q.y * 0.5 + 0.12) < 0.5 ? bands.0 : bands.1, gloss: 0.15)
        }
        if house.distance(p) <= here { return house.surface(p) }
        if land(p) > here {
            let far = length(p - camera.position)
            var sea = water.surface(p, distance: far)
            // Foam about the rocks and on some crests.
            let shore = land(p) / 0.6 + 0.25 * fractal(V2(p.x, p.z) * 2.5, 4, seed)
            let crest = smoothstep(0.42, 0.6, fractal(V2(p.x * 0.6, p.z * 1.5), 4, seed &+ 5))
            let foam = max(smoothstep(0.4, 0.05, shore), crest * 0.6)
            sea.albedo = mix(sea.albedo, V3(0.8, 0.85, 0.87), foam)
            sea.mirror *= 1 - foam
            return sea
        }
        let strata = fractal(V3(p.x * 0.6, p.y * 4, p.z * 0.6), 4, seed)
        let rock = mix(light(0x4E4642), light(0x9C8468), clamp(0.5 + 0.8 * strata))
        let grass = mix(light(0x4F7A35), light(0x8FA04A), 0.5 + 0.5 * fractal(V2(p.x, p.z) * 2, 3, seed))
        let wet = mix(0.45, 1, smoothstep(0.1, 0.4, p.y))
        return Surface(mix(rock, grass, smoothstep(0.7, 0.85, n.y) * smoothstep(0.9, 1.3, p.y)) * wet)
    }

    func background(_ direction: V3) -> V3 { sky.colour(direction) }
}
