import Foundation

// Noise from hashes of integer coordinates: no tables, no state, the same on every thread.

@inline(__always) func hash(_ x: Int, _ y: Int, _ z: Int, _ seed: UInt32) -> UInt32 {
    var h = seed &+ UInt32(truncatingIfNeeded: x) &* 0x8DA6_B343
    h = (h ^ (h >> 15)) &+ UInt32(truncatingIfNeeded: y) &* 0xD816_3841
    h = (h ^ (h >> 13)) &+ UInt32(truncatingIfNeeded: z) &* 0xCB1A_B31F
    h = (h ^ (h >> 16)) &* 0x7FEB_352D
    h = (h ^ (h >> 15)) &* 0x846C_A68B
    return h ^ (h >> 16)
}

/// A number in 0..<1 that belongs to a lattice point.
@inline(__always) func lattice(_ x: Int, _ y: Int, _ z: Int, _ seed: UInt32) -> Float {
    Float(hash(x, y, z, seed) >> 8) * 0x1p-24
}

@inline(__always) func lattice(_ x: Int, _ y: Int, _ seed: UInt32) -> Float { lattice(x, y, 0, seed) }

@inline(__always) private func fade(_ t: Float) -> Float { t * t * t * (t * (t * 6 - 15) + 10) }

/// Smooth value noise, -1...1, features about one unit wide.
@inline(__always) func noise(_ p: V2, _ seed: UInt32) -> Float {
    let fx = p.x.rounded(.down), fy = p.y.rounded(.down)
    let x = Int(fx), y = Int(fy)
    let u = fade(p.x - fx), v = fade(p.y - fy)
    let a = mix(lattice(x, y, seed), lattice(x + 1, y, seed), u)
    let b = mix(lattice(x, y + 1, seed), lattice(x + 1, y + 1, seed), u)
    return 2 * mix(a, b, v) - 1
}

@inline(__always) func noise(_ p: V3, _ seed: UInt32) -> Float {
    let fx = p.x.rounded(.down), fy = p.y.rounded(.down), fz = p.z.rounded(.down)
    let x = Int(fx), y = Int(fy), z = Int(fz)
    let u = fade(p.x - fx), v = fade(p.y - fy), w = fade(p.z - fz)
    let a = mix(lattice(x, y, z, seed), lattice(x + 1, y, z, seed), u)
    let b = mix(lattice(x, y + 1, z, seed), lattice(x + 1, y + 1, z, seed), u)
    let c = mix(lattice(x, y, z + 1, seed), lattice(x + 1, y, z + 1, seed), u)
    let d = mix(lattice(x, y + 1, z + 1, seed), lattice(x + 1, y + 1, z + 1, seed), u)
    return 2 * mix(mix(a, b, v), mix(c, d, v), w) - 1
}

/// Octaves of noise, each half as large and (turned, so that no lattice shows) twice as fine; about -1...1.
func fractal(_ point: V2, _ octaves: Int, _ seed: UInt32) -> Float {
    var p = point, sum: Float = 0, size: Float = 0.5
    for octave in 0..<octaves {
        sum += size * noise(p, seed &+ UInt32(octave))
        p = V2(1.6 * p.x + 1.2 * p.y, 1.6 * p.y - 1.2 * p.x) + 3.7
        size *= 0.5
    }
    return sum
}

func fractal(_ point: V3, _ octaves: Int, _ seed: UInt32) -> Float {
    var p = point, sum: Float = 0, size: Float = 0.5
    for octave in 0..<octaves {
        sum += size * noise(p, seed &+ UInt32(octave))
        p = V3(1.6 * p.x + 1.2 * p.z, 2.03 * p.y, 1.6 * p.z - 1.2 * p.x) + 3.7
        size *= 0.5
    }
    return sum
}

/// Where a point lies among scattered cells.
struct Cell {
    /// The distance to the border with the next cell, and to the cell's own centre.
    var border: Float
    var centre: V2
    /// A number that belongs to the cell.
    var id: UInt32
    /// The same as 0..<1.
    var tint: Float { Float(id >> 8) * 0x1p-24 }
}

/// The Voronoi cell about `p`; cells are about one unit wide, jittered off the lattice by `jitter`, 0...1.
func voronoi(_ p: V2, _ seed: UInt32, jitter: Float = 0.9) -> Cell {
    let x = Int(p.x.rounded(.down)), y = Int(p.y.rounded(.down))
    func site(_ i: Int, _ j: Int) -> V2 {
        let h = hash(i, j, 1, seed)
        let offset = V2(Float(h & 0xFFFF), Float(h >> 16)) / 65536 - 0.5
        return V2(Float(i) + 0.5, Float(j) + 0.5) + offset * jitter
    }
    var nearest = Float.infinity
    var centre = V2.zero, cell = (0, 0)
    for j in y - 1...y + 1 {
        for i in x - 1...x + 1 {
            let s = site(i, j)
            let d = dot(s - p, s - p)
            if d < nearest { (nearest, centre, cell) = (d, s, (i, j)) }
        }
    }
    var border = Float.infinity
    for j in cell.1 - 2...cell.1 + 2 {
        for i in cell.0 - 2...cell.0 + 2 where (i, j) != cell {
            let s = site(i, j)
            border = min(border, dot((s + centre) * 0.5 - p, normalized(s - centre)))
        }
    }
    return Cell(border: border, centre: centre, id: hash(cell.0, cell.1, 2, seed))
}
