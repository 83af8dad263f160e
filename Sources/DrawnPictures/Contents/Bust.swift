import Foundation
import Numerics

/// A head and shoulders before a draped wall.
struct Bust: Scene {
    let camera: Camera
    let lighting: Lighting
    let reach: Float = 14
    private let headTurn: Turn
    private let bodyTurn: Turn
    private let skin: V3
    private let hair: V3
    private let robe: V3
    private let wall: V3
    private let curtain: V3
    private let curtainSide: Float
    private let bun: Bool
    private let polish: Float
    private let seed: UInt32

    init(_ random: inout SplitMix64) {
        seed = random.noiseSeed()
        let side: Float = random.chance(0.5) ? 1 : -1
        let yaw = side * random.number(0.3, 0.62)
        headTurn = Turn(yaw)
        // The shoulders turn less than the head.
        bodyTurn = Turn(yaw * 0.4)
        let people: [(V3, V3, Float)] = [
            (light(0xE0AC86), light(0x3A2216), 0.12), (light(0xA86E4A), light(0x17110F), 0.14),
            (light(0xEAC0A0), light(0x8C4A20), 0.12), (light(0xE6E0D4), light(0xD8D0C2), 0.2),
            (light(0x8A5A34), light(0x6E4428), 0.7),
        ]
        (skin, hair, polish) = random.pick(people)
        robe = random.pick([light(0x24507A), light(0x8A2B2B), light(0x3F6B4A), light(0xC48A2C)])
        (wall, curtain) = random.pick([
            (light(0x8C8468), light(0x7A2A22)), (light(0x5C7480), light(0xB08040)), (light(0xA88A60), light(0x2C4E4A)),
        ])
        curtainSide = -side
        bun = random.chance(0.5)
        camera = Camera(position: V3(0, -0.35, -6.4), target: V3(0, -0.62, 0), focal: 1.72)
        lighting = Lighting(
            direction: normalized(V3(side * random.number(0.75, 1.05), 0.75, -0.8)), colour: V3(2.05, 1.8, 1.45),
            ambient: V3(0.26, 0.29, 0.36), bounce: V3(0.2, 0.15, 0.11), softness: 0.12)
    }

    private func head(_ p: V3) -> V3 {
        var q = turned(p, headTurn)
        q.z = -q.z
        return q
    }

    /// The face looks along +z here; it is symmetric, so x is folded.
    private func face(_ point: V3) -> Float {
        var p = point
        p.x = abs(p.x)
        var d = ellipsoid(p - V3(0, 0.27, -0.12), V3(0.70, 0.74, 0.86))
        d = union(d, ellipsoid(p - V3(0, -0.27, 0.16), V3(0.53, 0.74, 0.58)), 0.22)
        d = union(d, ellipsoid(p - V3(0, -0.84, 0.50), V3(0.17, 0.15, 0.16)), 0.22)
        d = union(d, sphere(p - V3(0.33, -0.24, 0.47), 0.17), 0.22)
        d = union(d, capsule(p, V3(0.11, 0.13, 0.66), V3(0.38, 0.10, 0.54), 0.055, 0.05), 0.2)
        d = carve(d, ellipsoid(p - V3(0.25, -0.02, 0.79), V3(0.15, 0.11, 0.15)), 0.14)
        // The eyeball and its lids.
        let eye = p - V3(0.25, -0.035, 0.565)
        d = min(d, sphere(eye, 0.125))
        let lids = max(sphere(eye, 0.146), -max(abs(eye.y + 0.012 + 0.25 * eye.x * eye.x) - 0.048, -eye.z))
        d = union(d, lids, 0.03)
        // Nose.
        d = union(d, capsule(p, V3(0, 0.12, 0.69), V3(0, -0.27, 0.89), 0.06, 0.085), 0.13)
        d = union(d, sphere(p - V3(0.085, -0.30, 0.79), 0.062), 0.07)
        d = carve(d, ellipsoid(p - V3(0.05, -0.375, 0.83), V3(0.03, 0.03, 0.05)), 0.03)
        // Lips on the mound of the teeth.
        d = union(d, ellipsoid(p - V3(0, -0.55, 0.62), V3(0.22, 0.15, 0.11)), 0.16)
        d = union(d, ellipsoid(p - V3(0, -0.522, 0.685), V3(0.185, 0.038, 0.075)), 0.025)
        d = union(d, ellipsoid(p - V3(0, -0.594, 0.68), V3(0.145, 0.044, 0.075)), 0.025)
        // Ears.
        let ear = ellipsoid(p - V3(0.70, -0.08, -0.06), V3(0.07, 0.2, 0.13))
        d = union(d, carve(ear, ellipsoid(p - V3(0.77, -0.05, -0.02), V3(0.05, 0.12, 0.07)), 0.04), 0.05)
        return d
    }

    private func hairDistance(_ p: V3) -> Float {
        let waves =
            0.03 * sin(p.x * 9 + p.y * 7 + 3 * noise(p * 2.2, seed)) + 0.02
            * sin(p.y * 19 - p.z * 9 + 3 * noise(p * 3, seed))
        var d = ellipsoid(p - V3(0, 0.30, -0.16), V3(0.79, 0.83, 0.92))
        // The hairline: over the brow, in front of the ears.
        let line = dot(p - V3(0, 0.5, 0.52), normalized(V3(0, -0.55, 0.84)))
        d = intersect(d, line - 0.05 * cos(p.x * 4), 0.14)
        d = intersect(d, -0.62 - p.y + 0.25 * p.z, 0.1)
        if bun {
            d = union(d, sphere(p - V3(0, 0.45, -1.12), 0.36), 0.1)
        } else {
            var side = p
            side.x = abs(p.x)
            d = union(d, capsule(side, V3(0.58, 0.1, -0.38), V3(0.56, -1.15, -0.42), 0.26, 0.22), 0.2)
        }
        return (d - waves) * 0.75
    }

    private func neck(_ p: V3) -> Float {
        var d = capsule(p, V3(0, -0.4, -0.22), V3(0, -1.6, -0.34), 0.34, 0.40)
        d = union(d, ellipsoid(p - V3(0, -1.95, -0.2), V3(1.0, 0.45, 0.5)), 0.35)
        return d
    }

    private func robeDistance(_ p: V3) -> Float {
        var d = ellipsoid(p - V3(0, -2.35, -0.35), V3(1.62, 0.82, 0.78))
        d = union(d, ellipsoid(p - V3(0, -2.9, -0.2), V3(1.35, 1.1, 0.85)), 0.3)
        let folds = 0.045 * sin(p.x * (6 - 2.6 * p.y) + 2.4 * noise(p * 1.4, seed)) * smoothstep(1.7, 1.0, abs(p.x))
        d -= folds
        // An open neck.
        d = carve(d, ellipsoid(p - V3(0, -1.55, 0.2), V3(0.62, 0.62, 0.75)), 0.08)
        return d * 0.75
    }

    private func curtainDistance(_ p: V3) -> Float {
        let x = p.x * curtainSide
        let sway = 0.13 * sin(x * 6.5 + 1.5 * noise(V2(x, p.y * 0.6), seed) + 0.5 * p.y)
        return max(1.75 + sway - p.z, 1.15 + 0.25 * sin(p.y * 1.1) + 0.1 * p.y - x) * 0.7
    }

    func distance(_ p: V3) -> Float {
        let backdrop = min(2.4 - p.z, curtainDistance(p))
        let bound = max(length(V2(p.x, p.z)) - 1.9, p.y - 1.5)
        if bound > 0.6 { return min(backdrop, bound) }
        let q = head(p)
        var torso = turned(p, bodyTurn)
        torso.z = -torso.z
        let flesh = union(face(q), neck(q), 0.2)
        return min(backdrop, min(min(flesh, hairDistance(q)), robeDistance(torso)))
    }

    func surface(_ p: V3, _ n: V3) -> Surface {
        let q = head(p)
        var torso = turned(p, bodyTurn)
        torso.z = -torso.z
        let (f, h, r) = (min(face(q), union(face(q), neck(q), 0.2)), hairDistance(q), robeDistance(torso))
        let nearest = min(f, min(h, r))
        let here = distance(p) + 1e-5
        if nearest > here {
            if curtainDistance(p) <= here {
                return Surface(curtain * (0.9 + 0.1 * noise(p * 30, seed)), gloss: 0.08, shininess: 12)
            }
            return Surface(
                wall * (0.85 + 0.4 * fractal(V2(p.x, p.y) * 1.2, 4, seed)) * mix(0.5, 1.05, smoothstep(-2.5, 1.5, p.y)))
        }
        if nearest == r {
            let hem = smoothstep(0.05, 0.03, abs(ellipsoid(torso - V3(0, -1.55, 0.2), V3(0.62, 0.62, 0.75)) - 0.07))
            return Surface(mix(robe, light(0xD9B35A), hem), gloss: 0.1, shininess: 16)
        }
        if nearest == h {
            let strand = noise(V3(q.x * 18 + q.y * 3, q.y * 4, q.z * 12), seed)
            return Surface(hair * (1 + 0.35 * strand), gloss: 0.25, shininess: 22)
        }
        var colour = skin
        let x = abs(q.x)
        if polish < 0.15 {
            // Lips, cheeks, brows and irises.
            let lips = smoothstep(0.1, -0.1, length((V2(x, q.y + 0.555) / V2(0.18, 0.075))) - 1) * (q.z > 0.55 ? 1 : 0)
            colour = mix(colour, skin * V3(0.75, 0.38, 0.36), lips * 0.75)
            if lips > 0.2, abs(q.y + 0.556) < 0.007 { colour *= 0.4 }
            colour = mix(
                colour, skin * V3(1, 0.7, 0.62),
                0.55 * smoothstep(0.28, 0, length(q - V3(q.x > 0 ? 0.36 : -0.36, -0.3, 0.6))))
            let brow =
                abs(q.y - 0.155 + 0.5 * (x - 0.24) * (x - 0.24)) < 0.03 * smoothstep(0.46, 0.2, x) && x > 0.09
                && q.z > 0.4
            if brow { colour = mix(colour, hair, 0.75) }
            let eye = V3(x, q.y, q.z) - V3(0.25, -0.035, 0.565)
            if length(eye) < 0.13 {
                let r = length(V2(eye.x, eye.y))
                colour = r < 0.025 ? V3(0.01, 0.01, 0.01) : r < 0.058 ? light(0x4A3420) : light(0xEDE6DC)
                return Surface(colour, gloss: 0.8, shininess: 90)
            }
        }
        return Surface(colour, gloss: polish, shininess: polish > 0.5 ? 40 : 18)
    }

    func background(_ direction: V3) -> V3 { wall * 0.4 }
}
