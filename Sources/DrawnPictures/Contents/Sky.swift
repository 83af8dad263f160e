import Foundation
import Numerics

/// A sky with a sun and clouds, and the light it casts.
struct Sky {
    var sun: V3
    var zenith: V3
    var horizon: V3
    var sunlight: V3
    /// From clear, 0, to overcast, 1.
    var cover: Float
    var seed: UInt32
    var haze: Float = 0.01

    enum Mood: CaseIterable { case noon, morning, sunset }

    init(_ mood: Mood, azimuth: Float, _ random: inout SplitMix64) {
        let elevation: Float
        switch mood {
        case .noon:
            elevation = random.number(0.65, 0.95)
            (zenith, horizon, sunlight) = (light(0x2F6FC4), light(0xBFDDF0), V3(3.0, 2.75, 2.3))
        case .morning:
            elevation = random.number(0.4, 0.55)
            (zenith, horizon, sunlight) = (light(0x4C86C0), light(0xF3DFC0), V3(3.2, 2.55, 1.7))
        case .sunset:
            elevation = random.number(0.2, 0.3)
            (zenith, horizon, sunlight) = (light(0x3A4F90), light(0xF5A868), V3(3.4, 1.9, 0.9))
        }
        let e = cos(elevation)
        sun = V3(sin(azimuth) * e, sin(elevation), cos(azimuth) * e)
        cover = random.number(0.35, 0.6)
        seed = random.noiseSeed()
    }

    var lighting: Lighting {
        Lighting(
            direction: sun, colour: sunlight, ambient: zenith * 0.6 + horizon * 0.18,
            bounce: horizon * 0.14 + sunlight * 0.03, haze: haze)
    }

    func colour(_ direction: V3) -> V3 {
        let up = max(direction.y, 0)
        var colour = mix(horizon, zenith, 1 - exp(-up * 3.2))
        let towards = max(dot(direction, sun), 0)
        colour += sunlight * (0.10 * pow(towards, 6) + 0.25 * pow(towards, 60))
        if towards > 0.9992 { colour += sunlight * 2 }
        guard up > 0.005 else { return colour }
        // A flat layer of cumulus: lit where it is thinner towards the sun.
        let p = V2(direction.x, direction.z) / (up + 0.12) * 1.3
        let thick = density(p)
        guard thick > 0 else { return colour }
        let towardsSun = density(p + normalized(V2(sun.x, sun.z)) * 0.16)
        let lit = clamp(0.62 + 1.1 * (thick - towardsSun) - 0.25 * thick)
        let cloud = mix(zenith * 0.5 + horizon * 0.32, sunlight * 0.34 + horizon * 0.2, lit)
        return mix(colour, cloud, smoothstep(0, 0.28, thick) * smoothstep(0.0, 0.12, up))
    }

    private func density(_ p: V2) -> Float {
        max(fractal(p, 5, seed) * 1.25 + cover - 0.5, 0)
    }
}

/// Still or rippled water at height 0, seen from above.
struct Water {
    var colour: V3
    var ripple: Float
    var seed: UInt32

    func surface(_ p: V3, distance: Float) -> Surface {
        var surface = Surface(colour, gloss: 0.25, shininess: 90, mirror: 0.05)
        // Far ripples are smaller than a pixel: let them fade rather than sparkle.
        let strength = ripple / (1 + distance * 0.06)
        let q = V2(p.x * 1.2, p.z * 2.6)
        let e: Float = 0.04
        let here = fractal(q, 3, seed)
        let slope = V2(fractal(q + V2(e, 0), 3, seed) - here, fractal(q + V2(0, e), 3, seed) - here) / e
        surface.normal = normalized(V3(-slope.x * strength, 1, -slope.y * strength))
        return surface
    }
}

/// A leafy crown: a ball roughened by noise.
@inline(__always) func crown(_ p: V3, _ radii: V3, _ seed: UInt32) -> Float {
    let d = ellipsoid(p, radii)
    guard d < 0.5 * radii.x else { return d }
    let size = radii.x
    let q = p / size
    return (d - size * (0.22 * noise(q * 3.1, seed) + 0.11 * noise(q * 7.3, seed) + 0.05 * noise(q * 15, seed))) * 0.7
}

/// How leaves look: mottled, and letting light through.
func leaves(_ p: V3, _ dark: V3, _ bright: V3, _ seed: UInt32, scale: Float) -> Surface {
    let t = 0.5 + 0.5 * noise(p * (9 / scale), seed) + 0.25 * noise(p * (2 / scale), seed &+ 1)
    var surface = Surface(mix(dark, bright, clamp(t)))
    surface.translucency = 0.25
    return surface
}

/// A house with a gable roof, its ridge along x; `half` is half the size of its walls.
struct House {
    var centre: V3
    var half: V3
    var turn: Turn
    var wall: V3
    var roof: V3

    private var rise: Float { half.z * 0.9 }

    func local(_ p: V3) -> V3 { turned(p - centre, turn) }

    func distance(_ p: V3) -> Float {
        let far = length(p - centre) - (half.x + half.y + half.z) * 1.1
        if far > 0.5 { return far }
        let q = local(p)
        return min(walls(q), min(roof(q), chimney(q)))
    }

    private func gable(_ q: V3, _ eaves: Float) -> Float {
        let slope = normalized(V2(rise, half.z))
        return dot(V2(abs(q.z), q.y - half.y - rise - eaves), V2(slope.x, slope.y))
    }

    private func walls(_ q: V3) -> Float {
        max(box(q - V3(0, rise * 0.5, 0), V3(half.x, half.y + rise * 0.5, half.z)), gable(q, 0))
    }

    private func roof(_ q: V3) -> Float {
        let shell = abs(gable(q, 0.03 * half.y)) - 0.05 * half.y
        let bounds = V3(half.x * 1.08, rise, half.z * 1.22)
        return max(shell, box(q - V3(0, half.y + rise * 0.6, 0), bounds))
    }

    private func chimney(_ q: V3) -> Float {
        box(q - V3(half.x * 0.5, half.y + rise * 0.85, 0), V3(0.09, 0.4, 0.09) * half.y)
    }

    func surface(_ p: V3) -> Surface {
        let q = local(p)
        if roof(q) < min(walls(q), chimney(q)) {
            let tiles =
                0.8 + 0.2 * sin(q.y / half.y * 40) + 0.15
                * lattice(Int((q.x * 14 / half.y).rounded(.down)), Int((q.y * 6 / half.y).rounded(.down)), 7)
            return Surface(roof * tiles)
        }
        // Windows and a door by position on the wall.
        let along = abs(abs(q.x) - half.x) < 0.02 * half.y ? q.z / half.z * 0.8 : q.x / half.x * 1.5
        let across = fraction(along * 1.0) - 0.5
        let up = q.y / half.y
        let isDoor = abs(along) < 0.14 && up < 0.0
        if isDoor { return Surface(roof * 0.5) }
        if abs(across) < 0.17, abs(up - 0.25) < 0.27 {
            let bar = abs(across) < 0.02 || abs(up - 0.25) < 0.03
            return bar ? Surface(wall) : Surface(light(0x27313D), gloss: 0.4, mirror: 0.1)
        }
        return Surface(wall * (0.92 + 0.08 * noise(q * (6 / half.y), 3)))
    }
}
