import Foundation
import Imaging
import Numerics

/// What light meets at a point.
struct Surface {
    var albedo: V3
    /// The strength and tightness of the highlight.
    var gloss: Float = 0
    var shininess: Float = 40
    /// How much it mirrors, seen head on; 0 mirrors nothing at any angle.
    var mirror: Float = 0
    var glow = V3.zero
    /// How much light comes through from behind, as in leaves.
    var translucency: Float = 0
    /// The normal to shade with, where ripples or grain are too fine to be geometry.
    var normal: V3?

    init(_ albedo: V3, gloss: Float = 0, shininess: Float = 40, mirror: Float = 0) {
        self.albedo = albedo
        self.gloss = gloss
        self.shininess = shininess
        self.mirror = mirror
    }
}

struct Lighting {
    /// Towards the sun or lamp.
    var direction: V3
    var colour: V3
    /// Light from above and from below.
    var ambient: V3
    var bounce: V3
    /// The sun's apparent size: the width of shadows' borders.
    var softness: Float = 0.06
    /// How much haze swallows over one unit.
    var haze: Float = 0
}

struct Camera {
    var position: V3
    var target: V3
    /// The distance to a frame 1 high.
    var focal: Float

    /// The direction through a point of the frame, y up, the frame's shorter 4:3 side being 1.
    func ray(_ x: Float, _ y: Float) -> V3 {
        let forward = normalized(target - position)
        let right = normalized(cross(V3(0, 1, 0), forward))
        return normalized(forward * focal + right * x + cross(forward, right) * y)
    }
}

/// Solids as one signed distance, and how they look.
protocol Scene: Sendable {
    var camera: Camera { get }
    var lighting: Lighting { get }
    /// How far to look.
    var reach: Float { get }
    func distance(_ p: V3) -> Float
    func surface(_ p: V3, _ normal: V3) -> Surface
    func background(_ direction: V3) -> V3
}

/// Draws a scene: sphere tracing, soft shadows, ambient occlusion, one mirror bounce, haze.
struct RayMarcher<S: Scene> {
    let scene: S
    let width: Int
    let height: Int
    /// A pixel's width one unit away.
    private let footprint: Float

    init(_ scene: S, width: Int, height: Int) {
        self.scene = scene
        self.width = width
        self.height = height
        // A tall picture still shows all that a 4:3 picture shows.
        footprint = 1 / min(Float(height), Float(width) * 0.75)
    }

    func draw() -> Picture {
        var rough = [V3](repeating: .zero, count: width * height)
        fillRows(&rough) { x, y in sample(Float(x) + 0.5, Float(y) + 0.5) }
        // More samples only where neighbours differ; almost everywhere in a small picture, where two will do.
        let seen = rough
        let grid: [(Float, Float)] =
            footprint > 0.01
            ? [(0.25, 0.25), (0.75, 0.75)] : [(0.125, 0.375), (0.375, 0.875), (0.625, 0.125), (0.875, 0.625)]
        var fine = rough
        fillRows(&fine) { x, y in
            let here = seen[y * width + x]
            var contrast: Float = 0
            for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                let i = min(max(x + dx, 0), width - 1)
                let j = min(max(y + dy, 0), height - 1)
                let d = seen[j * width + i] - here
                contrast = max(contrast, dot(d, d))
            }
            guard contrast > 0.002 else { return here }
            var sum = V3.zero
            for (dx, dy) in grid {
                sum += sample(Float(x) + dx, Float(y) + dy)
            }
            return sum / Float(grid.count)
        }
        return Picture(width: width, height: height, interleaved: fine)
    }

    private func fillRows(_ pixels: inout [V3], _ colour: @Sendable (Int, Int) -> V3) {
        Parallel.fillRows(&pixels, width: width, height: height, colour)
    }

    private func sample(_ x: Float, _ y: Float) -> V3 {
        let ray = scene.camera.ray((x - Float(width) / 2) * footprint, (Float(height) / 2 - y) * footprint)
        let seen = radiance(scene.camera.position, ray, mirrors: true)
        let offCentre = V2(x / Float(width), y / Float(height)) - 0.5
        return toneMapped(seen * (1 - 0.25 * dot(offCentre, offCentre)))
    }

    private func radiance(_ origin: V3, _ ray: V3, mirrors: Bool) -> V3 {
        guard let t = march(origin, ray) else { return scene.background(ray) }
        let p = origin + ray * t
        let lighting = scene.lighting
        let geometric = normal(p, max(t * footprint * 0.7, 0.0004))
        let surface = scene.surface(p, geometric)
        let n = surface.normal ?? geometric
        let sun = lighting.direction
        let facing = dot(n, sun)
        let start = p + geometric * (0.002 + t * footprint)
        let shadow = facing > 0 || surface.translucency > 0 ? shadow(start, t) : 0
        let occlusion = occlusion(p, geometric)

        var colour = lighting.colour * ((max(facing, 0) + max(-facing, 0) * surface.translucency) * shadow)
        colour += mix(lighting.bounce, lighting.ambient, 0.5 + 0.5 * n.y) * occlusion
        colour *= surface.albedo
        if surface.gloss > 0 {
            let half = normalized(sun - ray)
            colour += lighting.colour * (surface.gloss * pow(max(dot(n, half), 0), surface.shininess) * shadow)
        }
        if surface.mirror > 0, mirrors {
            let grazing = pow(1 - max(-dot(n, ray), 0), 5)
            let share = surface.mirror + (1 - surface.mirror) * grazing
            var bounced = reflected(ray, n)
            if bounced.y < 0.01, geometric.y > 0.9 { bounced.y = 0.01 }
            colour = mix(colour, radiance(start, normalized(bounced), mirrors: false), share)
        }
        colour += surface.glow
        let haze = 1 - exp(-t * lighting.haze)
        return haze > 0 ? mix(colour, scene.background(normalized(V3(ray.x, max(ray.y, 0.02), ray.z))), haze) : colour
    }

    private func march(_ origin: V3, _ ray: V3) -> Float? {
        var t: Float = 0.02
        for _ in 0..<200 {
            let d = scene.distance(origin + ray * t)
            if d < 0.0003 + t * footprint * 0.4 { return t }
            t += d
            if t > scene.reach { return nil }
        }
        return t
    }

    /// From four points of a tetrahedron about `p`.
    private func normal(_ p: V3, _ step: Float) -> V3 {
        var n = V3.zero
        for k in [V3(1, -1, -1), V3(-1, -1, 1), V3(-1, 1, -1), V3(1, 1, 1)] {
            n += k * scene.distance(p + k * step)
        }
        return normalized(n)
    }

    /// How much of the sun is seen, 0...1: the nearest miss tells how near the border of the shadow is.
    private func shadow(_ start: V3, _ seenFrom: Float) -> Float {
        var t: Float = 0.01 + seenFrom * footprint
        var open: Float = 1
        for _ in 0..<48 {
            let d = scene.distance(start + scene.lighting.direction * t)
            open = min(open, 0.5 + 0.5 * d / (scene.lighting.softness * t))
            if open < 0.02 { return 0 }
            t += max(abs(d), 0.01 + t * 0.02)
            if t > scene.reach * 0.5 { break }
        }
        return smoothstep(0, 1, open)
    }

    private func occlusion(_ p: V3, _ n: V3) -> Float {
        var lost: Float = 0
        var weight: Float = 1
        for step in [0.03, 0.09, 0.2, 0.4] as [Float] {
            lost += weight * max(step - scene.distance(p + n * step), 0)
            weight *= 0.6
        }
        return clamp(1 - 1.6 * lost)
    }
}

extension Parallel {
    /// Sets every pixel from its column and row, rows in parallel.
    static func fillRows(
        _ pixels: inout [V3], width: Int, height: Int, _ colour: @Sendable (_ x: Int, _ y: Int) -> V3
    ) {
        forEachChunk(of: &pixels, length: width) { y, _, row in
            for x in 0..<width { row[x] = colour(x, y) }
        }
    }
}

extension Picture {
    /// A picture from display colours, row by row.
    init(width: Int, height: Int, interleaved: [V3]) {
        var pixels = [Float](repeating: 0, count: 3 * width * height)
        for (i, colour) in interleaved.enumerated() {
            let c = clamp(colour)
            for channel in 0..<3 { pixels[channel * width * height + i] = c[channel] }
        }
        self.init(width: width, height: height, pixels: pixels)
    }
}
