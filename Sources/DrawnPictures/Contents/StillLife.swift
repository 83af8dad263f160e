import Foundation
import Numerics

/// Fruit, a bottle and a jug on a table with a striped cloth, by a window's light.
struct StillLife: Scene {
    private enum Kind { case apple, pear, orange, lemon, plum }

    private struct Fruit {
        var kind: Kind
        var centre: V3
        var size: Float
        var turn: Turn
        var seed: UInt32
    }

    let camera: Camera
    let lighting: Lighting
    let reach: Float = 14
    private let fruits: [Fruit]
    private let bottle: V3
    private let jug: V3
    private let jugTurn: Turn
    private let cloth: (V3, V3)
    private let wall: V3
    private let glass: V3
    private let clay: V3
    private let seed: UInt32

    init(_ random: inout SplitMix64) {
        let side: Float = random.chance(0.5) ? 1 : -1
        seed = random.noiseSeed()
        camera = Camera(position: V3(random.number(-0.4, 0.4), 1.75, -4.6), target: V3(0, 0.62, 0), focal: 1.62)
        lighting = Lighting(
            direction: normalized(V3(side * random.number(0.8, 1.1), random.number(0.75, 0.95), -0.55)),
            colour: V3(2.3, 1.95, 1.45), ambient: V3(0.30, 0.33, 0.42), bounce: V3(0.26, 0.2, 0.15), softness: 0.12)
        bottle = V3(-side * random.number(0.75, 1.0), 0, random.number(0.35, 0.6))
        jug = V3(side * random.number(0.45, 0.75), 0, random.number(0.45, 0.65))
        jugTurn = Turn((side > 0 ? 0 : .pi) + random.number(-0.5, 0.5))
        (cloth, wall) = random.pick([
            ((light(0xF3EEE2), light(0x3F6DA8)), light(0x8E9A86)),
            ((light(0xEFE3C8), light(0xB9402E)), light(0x54707C)),
            ((light(0x2F5D73), light(0xE6D3A0)), light(0xB98A55)),
        ])
        glass = random.pick([light(0x1E4A2A), light(0x5A2E12), light(0x1D3B5C)])
        clay = random.pick([light(0xE9E2D2), light(0x2E5FA3), light(0xB3542E), light(0xD9A441)])

        var placed: [Fruit] = []
        var tries = 0
        while placed.count < 8, tries < 400 {
            tries += 1
            let kind = random.pick([Kind.apple, .apple, .pear, .orange, .lemon, .plum])
            let size: Float =
                switch kind {
                case .apple: random.number(0.27, 0.32)
                case .pear: random.number(0.26, 0.3)
                case .orange: random.number(0.27, 0.3)
                case .lemon: 0.2
                case .plum: 0.17
                }
            let at = V2(random.number(-1.35, 1.35), random.number(-0.95, 0.3))
            let free = placed.allSatisfy { length(V2($0.centre.x, $0.centre.z) - at) > $0.size + size + 0.01 }
            let clear = length(V2(bottle.x, bottle.z) - at) > 0.36 + size && length(V2(jug.x, jug.z) - at) > 0.5 + size
            guard free, clear else { continue }
            placed.append(
                Fruit(
                    kind: kind, centre: V3(at.x, size * 0.93, at.y), size: size, turn: Turn(random.number(-3, 3)),
                    seed: random.noiseSeed()))
        }
        fruits = placed
    }

    private func fruit(_ f: Fruit, _ p: V3) -> Float {
        var q = (p - f.centre) / f.size
        let bound = length(q) - 1.5
        if bound > 0.6 { return bound * f.size }
        switch f.kind {
        case .apple:
            q = turned(q, f.turn)
            q = V3(0.97 * q.x - 0.25 * q.y, 0.25 * q.x + 0.97 * q.y, q.z)
            let ring = torus(V3(q.x, (q.y + 0.04) * (1 + 0.08 * q.y), q.z), 0.36, 0.64)
            let stem = capsule(q, V3(0, 0.35, 0), V3(0.09, 0.86, 0), 0.035, 0.05)
            return min(ring, stem) * 0.85 * f.size
        case .pear:
            q = turned(q, f.turn)
            let body = union(sphere(q + V3(0, 0.1, 0), 0.84), sphere(q - V3(0.06, 0.82, 0), 0.42), 0.75)
            let stem = capsule(q, V3(0.06, 1.15, 0), V3(0.18, 1.52, 0), 0.03, 0.05)
            return min(body, stem) * f.size
        case .orange:
            return (sphere(q, 0.97) - 0.006 * noise(q * 22, f.seed)) * f.size
        case .lemon:
            q = turned(q, f.turn)
            let tips = capsule(q, V3(-1.2, 0, 0), V3(1.2, 0, 0), 0.14, 0.14)
            return union(ellipsoid(q, V3(1.2, 0.9, 0.9)), tips, 0.35) * 0.9 * f.size
        case .plum:
            return ellipsoid(q, V3(1.05, 0.95, 0.98)) * f.size
        }
    }

    private func bottleDistance(_ p: V3) -> Float {
        let q = p - bottle
        let r = length(V2(q.x, q.z))
        let bound = max(r - 0.5, q.y - 2.3)
        if bound > 0.3 { return bound }
        let at = V2(r, q.y)
        func column(_ low: Float, _ high: Float, _ radius: Float, _ round: Float) -> Float {
            let d = V2(abs(at.x) - radius + round, abs(at.y - (low + high) / 2) - (high - low) / 2 + round)
            return length(V2(max(d.x, 0), max(d.y, 0))) + min(max(d.x, d.y), 0) - round
        }
        let body = column(0, 1.25, 0.3, 0.1)
        let neck = column(1.0, 1.98, 0.095, 0.02)
        return min(union(body, neck, 0.38), column(1.84, 1.93, 0.125, 0.03))
    }

    private func jugDistance(_ p: V3) -> Float {
        let q = turned(p - jug, jugTurn)
        let bound = length(q - V3(0, 0.6, 0)) - 1.05
        if bound > 0.3 { return bound }
        let r = length(V2(q.x, q.z))
        // The profile swells and narrows with height.
        let h = clamp(q.y / 1.2)
        let lip = 0.11 * smoothstep(0.8, 1, h) * max(-q.x / max(r, 0.01), 0)
        let radius = 0.27 + 0.19 * sin(h * 3.0) - 0.13 * smoothstep(0.45, 0.8, h) + 0.07 * smoothstep(0.8, 1, h) + lip
        let solid = max((r - radius) * 0.8, max(-q.y, q.y - 1.2))
        let shell = carve(solid - 0.01, max((r - radius + 0.05) * 0.8, 0.3 - q.y), 0.02)
        let handle = length(V2(length(V2(q.x - 0.36, (q.y - 0.72) * 0.85)) - 0.27, q.z)) - 0.05
        return union(shell, max(handle, 0.3 - q.x), 0.06)
    }

    private func clothDistance(_ p: V3) -> Float {
        let fold = 0.035 * noise(V2(p.x * 1.4 + p.z * 0.8, p.z * 0.7 - p.x * 0.5), seed)
        let crease = 0.02 * (1 - abs(noise(V2(p.x * 2.2 - p.z, p.z * 1.2 + p.x), seed &+ 1)))
        let calm = smoothstep(0.2, 1.2, length(V2(p.x, p.z) - V2(0, 0.1)))
        let top = p.y - (fold + crease - 0.03) * calm
        // The front falls over the table's edge in folds.
        let front = -1.25 - p.z - 0.05 * sin(p.x * 7 + 2 * noise(V2(p.x, 1), seed)) * smoothstep(0, -0.8, p.y)
        return intersect(top, front, 0.12) * 0.75
    }

    func distance(_ p: V3) -> Float {
        var d = min(clothDistance(p), 3.2 - p.z)
        d = min(d, min(bottleDistance(p), jugDistance(p)))
        for f in fruits { d = min(d, fruit(f, p)) }
        return d
    }

    func surface(_ p: V3, _ n: V3) -> Surface {
        let here = distance(p) + 1e-5
        if bottleDistance(p) <= here {
            if p.y > 1.8 { return Surface(light(0x8A2A1E), gloss: 0.3) }
            let label = p.y > 0.4 && p.y < 0.85 && p.z < bottle.z
            if label { return Surface(light(p.y > 0.72 || p.y < 0.45 ? 0xB08A3E : 0xE9DFC4), gloss: 0.05) }
            return Surface(glass, gloss: 1.2, shininess: 120, mirror: 0.06)
        }
        if jugDistance(p) <= here {
            let band = abs(p.y - 0.62) < 0.05 || abs(p.y - 0.36) < 0.02
            return Surface(band ? mix(clay, V3(0.02, 0.04, 0.12), 0.8) : clay, gloss: 0.5, shininess: 70, mirror: 0.03)
        }
        for f in fruits where fruit(f, p) <= here {
            return skin(f, p)
        }
        if p.z > 3 {
            return Surface(
                wall * (0.8 + 0.25 * fractal(V2(p.x, p.y) * 1.3, 4, seed)) * mix(0.45, 1, smoothstep(-1, 3.5, p.y)))
        }
        let u = p.z > -1.2 ? p.z : -1.2 + p.y
        let stripe = abs(fraction(u * 1.1 + 0.3) - 0.5)
        let broad = smoothstep(0.12, 0.1, stripe)
        let thin = smoothstep(0.02, 0.01, abs(stripe - 0.17))
        let weave = 0.95 + 0.05 * noise(V3(p.x * 60, p.y * 60, p.z * 60), seed)
        return Surface(mix(cloth.0, cloth.1, max(broad, thin)) * weave)
    }

    private func skin(_ f: Fruit, _ p: V3) -> Surface {
        let q = turned((p - f.centre) / f.size, f.turn)
        let streak = noise(V3(atan2(q.x, q.z) * 5, q.y * 1.3, 0), f.seed)
        let stem = length(V2(q.x, q.z)) < 0.2 && q.y > (f.kind == .pear ? 1.15 : 0.45)
        if stem, f.kind == .apple || f.kind == .pear { return Surface(light(0x4A3019)) }
        switch f.kind {
        case .apple:
            let red = lattice(1, 1, f.seed) > 0.35
            let blush = smoothstep(-0.5, 0.5, streak * 0.6 + noise(q * 1.2, f.seed))
            return Surface(
                red
                    ? mix(light(0xC2331F), light(0xE0A33A), (1 - blush) * 0.7)
                    : mix(light(0x8DB23A), light(0xC9C04C), blush),
                gloss: 0.7, shininess: 60, mirror: 0.02)
        case .pear:
            let t = clamp(0.5 + 0.5 * noise(q * 1.4, f.seed))
            return Surface(mix(light(0xB9B23C), light(0xD99A35), t), gloss: 0.35, shininess: 30)
        case .orange: return Surface(light(0xE8821E), gloss: 0.35, shininess: 25)
        case .lemon: return Surface(light(0xF0CF3A), gloss: 0.4, shininess: 35)
        case .plum:
            return Surface(mix(light(0x3C1E4E), light(0x7A4470), clamp(0.5 + noise(q * 2, f.seed))), gloss: 0.4)
        }
    }

    func background(_ direction: V3) -> V3 { wall * 0.4 }
}
