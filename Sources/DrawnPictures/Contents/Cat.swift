import Foundation
import Numerics

/// A cat sitting on a cushion before a wall with a window's light on it, a plant beside it.
struct Cat: Scene {
    let camera: Camera
    let lighting: Lighting
    let reach: Float = 14
    private let bodyTurn: Turn
    private let headTurn: Turn
    private let cushionTurn: Turn
    private let blades: [(turn: Turn, height: Float, bow: Float)]
    private let side: Float
    private let coat: V3
    private let markings: V3
    private let chest: V3
    private let iris: V3
    private let cushion: V3
    private let wall: V3
    private let floor: V3
    private let pot: V3
    private let seed: UInt32

    init(_ random: inout SplitMix64) {
        seed = random.noiseSeed()
        side = random.chance(0.5) ? 1 : -1
        let yaw = side * random.number(0.25, 0.6)
        bodyTurn = Turn(yaw)
        // The head looks back a little towards the viewer.
        headTurn = Turn(yaw * 0.55)
        cushionTurn = Turn(0.35 * side)
        blades = (0..<9).map {
            (Turn(Float($0) * 2.4 + random.number(0, 0.6)), random.number(1.25, 1.85), random.number(0.25, 0.7))
        }
        (coat, markings, chest) = random.pick([
            (light(0xD98A3D), light(0xA85A1E), light(0xF3E3CC)), (light(0x8C8680), light(0x3E3A38), light(0xE8E2DA)),
            (light(0x2A2624), light(0x17130F), light(0xF0ECE4)), (light(0xE9DCC6), light(0x9A7452), light(0xF6EFE2)),
        ])
        iris = random.pick([light(0x8FB03A), light(0xD8A528), light(0x4E94B0)])
        cushion = random.pick([light(0x9C2F35), light(0x2F5C8A), light(0x4E7A4C), light(0x6A3F78)])
        wall = random.pick([light(0x7F9AA0), light(0xC8A060), light(0x9A7A6A), light(0x6E8A70)])
        floor = random.pick([light(0x9A6A40), light(0x7A5236)])
        pot = random.pick([light(0xB5593A), light(0x2E5FA3), light(0xE6E0D0)])
        camera = Camera(position: V3(0, 1.7, -6.2), target: V3(side * 0.22, 1.12, 0), focal: 1.75)
        lighting = Lighting(
            direction: normalized(V3(-side * random.number(0.7, 1.0), 0.8, -0.75)), colour: V3(2.3, 2.0, 1.55),
            ambient: V3(0.3, 0.33, 0.4), bounce: V3(0.24, 0.18, 0.13), softness: 0.1)
    }

    private func local(_ p: V3) -> V3 {
        var q = turned(p - V3(0, 0.3, 0), bodyTurn)
        q.z = -q.z
        return q
    }

    /// Faces +z, sits at height 0.
    private func body(_ q: V3) -> Float {
        var p = q
        p.x = abs(q.x)
        var d = ellipsoid(p - V3(0, 0.55, -0.28), V3(0.52, 0.58, 0.58))
        d = union(d, ellipsoid(p - V3(0, 0.98, 0.10), V3(0.38, 0.55, 0.36)), 0.35)
        d = union(d, ellipsoid(p - V3(0.40, 0.33, -0.18), V3(0.22, 0.36, 0.42)), 0.12)
        d = union(d, ellipsoid(p - V3(0.42, 0.08, 0.22), V3(0.14, 0.09, 0.25)), 0.08)
        d = union(d, capsule(p, V3(0.17, 0.85, 0.30), V3(0.15, 0.10, 0.42), 0.15, 0.10), 0.12)
        d = union(d, ellipsoid(p - V3(0.15, 0.07, 0.50), V3(0.12, 0.085, 0.17)), 0.06)
        return d
    }

    private func tail(_ q: V3) -> Float {
        // Round to the front, along the cushion.
        var d: Float = 9
        var last = V3(0, 0.14, -0.85)
        for step in 1...7 {
            let a = Float(step) / 7 * 2.5
            let next = V3(side * 0.78 * sin(a), 0.1 + 0.015 * Float(step), -0.75 * cos(a) - 0.05)
            d = union(d, capsule(q, last, next, 0.13, 0.12), 0.08)
            last = next
        }
        return d
    }

    /// The head's own space.
    private func headSpace(_ q: V3) -> V3 { turned(q - V3(0, 1.72, 0.24), headTurn) }

    private func head(_ h: V3) -> Float {
        var p = h
        p.x = abs(h.x)
        var d = ellipsoid(p, V3(0.43, 0.37, 0.38))
        d = union(d, ellipsoid(p - V3(0.20, -0.13, 0.14), V3(0.21, 0.16, 0.2)), 0.12)
        d = union(d, ellipsoid(p - V3(0.075, -0.14, 0.34), V3(0.115, 0.09, 0.11)), 0.05)
        d = union(d, capsule(p, V3(0, 0.08, 0.33), V3(0, -0.06, 0.41), 0.07, 0.055), 0.08)
        d = union(d, sphere(p - V3(0, -0.23, 0.3), 0.08), 0.06)
        // Ears: cones, hollow in front.
        let e = p - V3(0.235, 0.2, -0.02)
        let along = V3(0.33, 0.92, 0)
        let t = dot(e, along)
        let across = e - along * t
        let radius = 0.185 * (1 - t / 0.45)
        let outer = max((length(across * V3(1, 1, 1.7)) - radius) * 0.6, -t - 0.03)
        let hollow = (length((across - V3(0, 0, 0.085)) * V3(1, 1, 1.3)) - radius * 0.72) * 0.6
        d = union(d, carve(outer, hollow, 0.03), 0.12)
        // Eye sockets and eyes.
        d = carve(d, sphere(p - V3(0.185, 0.055, 0.42), 0.085), 0.05)
        return min(d, sphere(p - V3(0.18, 0.05, 0.272), 0.104))
    }

    private func cat(_ p: V3) -> Float {
        let q = local(p)
        let bound = length(q - V3(0, 1, 0)) - 1.6
        if bound > 0.3 { return bound }
        let h = headSpace(q)
        let fur = 0.008 * noise(V3(q.x * 26, q.y * 9, q.z * 26), seed)
        return (union(union(body(q), head(h), 0.14), tail(q), 0.06) - fur) * 0.85
    }

    private func cushionDistance(_ p: V3) -> Float {
        let q = turned(p - V3(0, 0.14, 0), cushionTurn)
        let r = length(V2(q.x, q.z))
        let tuck = 0.018 * sin(atan2(q.x, q.z) * 26) * smoothstep(0.6, 1.2, r)
        let pillow = ellipsoid(q, V3(1.35, 0.23, 1.15)) - tuck
        let dent = sphere(q - V3(0, 1.35, 0), 1.2)
        return min(carve(pillow, dent, 0.2), torus(q, 1.24, 0.035)) * 0.7
    }

    private func plant(_ p: V3) -> (pot: Float, leaf: Float) {
        let q = p - V3(side * 1.75, 0, 0.75)
        let bound = max(length(V2(q.x, q.z)) - 1.2, q.y - 2.9)
        if bound > 0.3 { return (bound, bound) }
        let outer = frustum(q, height: 0.75, bottom: 0.34, top: 0.48)
        let rim = frustum(q - V3(0, 0.66, 0), height: 0.14, bottom: 0.52, top: 0.53)
        let vessel = carve(min(outer, rim), frustum(q - V3(0, 0.68, 0), height: 0.4, bottom: 0.4, top: 0.42), 0.01)
        // Blades: each bows outward from the soil.
        var leaf: Float = 9
        for (turn, long, bow) in blades {
            let r = turned(q - V3(0, 0.66, 0), turn)
            let t = clamp(r.y / long)
            let out = 0.06 + bow * t * t
            let breadth = 0.13 * (t * (1 - t) * 3.2 + 0.12)
            let blade = max(max(abs(r.x - out) - 0.014, abs(r.z) - breadth), max(-r.y, r.y - long))
            leaf = min(leaf, blade * 0.7)
        }
        return (vessel, leaf)
    }

    func distance(_ p: V3) -> Float {
        let green = plant(p)
        let room = min(p.y, min(2.6 - p.z, box(p - V3(0, 0, 2.6), V3(9, 0.16, 0.05))))
        return min(room, min(min(cat(p), cushionDistance(p)), min(green.pot, green.leaf)))
    }

    func surface(_ p: V3, _ n: V3) -> Surface {
        let here = distance(p) + 1e-5
        if cat(p) <= here { return fur(local(p)) }
        if cushionDistance(p) <= here {
            let q = turned(p, cushionTurn)
            let check = sin(q.x * 9) * sin(q.z * 9)
            return Surface(
                mix(cushion, cushion * 1.5 + 0.06, smoothstep(0.55, 0.65, abs(check))), gloss: 0.1, shininess: 14)
        }
        let green = plant(p)
        if green.pot <= here {
            return Surface(p.y > 0.64 && n.y > 0.8 && p.y < 0.72 ? light(0x3A2A1E) : pot, gloss: 0.3)
        }
        if green.leaf <= here {
            var leaf = Surface(
                mix(light(0x1F4E2A), light(0x6FA048), 0.5 + 0.5 * noise(p * V3(6, 1.5, 6), seed)), gloss: 0.25,
                shininess: 25)
            leaf.translucency = 0.4
            return leaf
        }
        if p.z > 2.5 {
            if p.y < 0.17 { return Surface(light(0xD8CFC0)) }
            // Wallpaper.
            let q = V2(p.x, p.y) * 2.2
            let row = q.y.rounded(.down)
            let c = V2(fraction(q.x + 0.5 * row) - 0.5, fraction(q.y) - 0.5)
            let petal = length(c) - 0.16 * (1 + 0.45 * cos(5 * atan2(c.x, c.y)))
            return Surface(
                mix(wall * 1.3, wall, smoothstep(-0.02, 0.02, petal)) * mix(0.8, 1.05, smoothstep(0, 3, p.y)))
        }
        let board = (p.x * 1.6).rounded(.down)
        let grain = noise(V2(p.x * 22, p.z * 1.3 + board * 7), seed)
        let gap = smoothstep(0.0, 0.03, 0.5 - abs(fraction(p.x * 1.6) - 0.5))
        return Surface(
            floor * (0.85 + 0.15 * grain + 0.2 * lattice(Int(board), 0, seed)) * mix(0.5, 1, gap), gloss: 0.12)
    }

    private func fur(_ q: V3) -> Surface {
        let h = headSpace(q)
        var p = h
        p.x = abs(h.x)
        let e = p - V3(0.18, 0.05, 0.272)
        if length(e) < 0.107, h.z > 0.3 {
            let slit = length(V2(e.x, e.y) / V2(0.034, 0.08))
            let lid = e.y > 0.066 || e.y < -0.07
            if !lid {
                return Surface(
                    slit < 1 ? V3(0.005, 0.005, 0.005) : length(V2(e.x, e.y)) > 0.085 ? V3(0.02, 0.015, 0.01) : iris,
                    gloss: 1.4, shininess: 80)
            }
        }
        let isHead = length(h) < 0.75 && q.y > 1.4
        if isHead, length((p - V3(0, -0.055, 0.455)) * V3(1, 1.4, 1)) < 0.052 {
            return Surface(light(0xC8706A), gloss: 0.3)
        }
        if isHead, p.y > 0.22, h.z > -0.04, length(p - V3(0.31, 0.37, 0.03)) < 0.14, abs(p.x - 0.31) < 0.09 {
            return Surface(light(0xD8A090))
        }
        var stripes = sin(q.y * 17 + abs(q.x) * 6 + 2.5 * noise(q * 2.2, seed))
        if isHead {
            let forehead = smoothstep(0.08, 0.2, h.y) * smoothstep(0, 0.15, h.z)
            stripes = mix(0.8 * sin((h.z + p.y) * 22), sin(p.x * 34), forehead)
        }
        if q.y < 0.35, length(V2(q.x, q.z)) > 0.66 { stripes = sin(atan2(q.x, q.z) * 13) }
        var colour = mix(coat, markings, smoothstep(0.1, 0.7, stripes) * 0.85)
        let bib = smoothstep(0.34, 0.2, length(V2(q.x, (q.y - 1.05) * 0.6))) * smoothstep(0.2, 0.34, q.z)
        let muzzle =
            isHead ? smoothstep(0.24, 0.16, length(V2(h.x, (h.y + 0.18) * 1.25))) * smoothstep(0.15, 0.25, h.z) : 0
        let socks =
            smoothstep(0.22, 0.14, q.y) * smoothstep(0.2, 0.3, q.z)
            * smoothstep(0.62, 0.52, length(V2(q.x, q.z - 0.25)))
        colour = mix(colour, chest, max(bib, max(muzzle, socks)))
        if isHead, h.z > 0.3, abs(h.y + 0.145 - 0.35 * p.x) < 0.011, p.x < 0.13, p.x > 0.004 {
            colour = light(0x4A2E28)
        }
        return Surface(colour * (0.92 + 0.12 * noise(q * V3(40, 12, 40), seed)), gloss: 0.06, shininess: 12)
    }

    func background(_ direction: V3) -> V3 { wall * 0.4 }
}
