import Foundation

// Signed distances, negative inside; y is up. The rounding of unions is the width of the blend.

@inline(__always) func sphere(_ p: V3, _ radius: Float) -> Float { length(p) - radius }

/// Nearly a distance: right on the surface, good enough to march by around it.
@inline(__always) func ellipsoid(_ p: V3, _ radii: V3) -> Float {
    let k = length(p / radii)
    let g = length(p / (radii * radii))
    return k * (k - 1) / max(g, 1e-6)
}

@inline(__always) func box(_ p: V3, _ half: V3, round: Float = 0) -> Float {
    let q = V3(abs(p.x), abs(p.y), abs(p.z)) - half + round
    let outside = V3(max(q.x, 0), max(q.y, 0), max(q.z, 0))
    return length(outside) + min(max(q.x, max(q.y, q.z)), 0) - round
}

@inline(__always) func capsule(_ p: V3, _ a: V3, _ b: V3, _ ra: Float, _ rb: Float) -> Float {
    let h = clamp(dot(p - a, b - a) / dot(b - a, b - a))
    return length(p - a - (b - a) * h) - mix(ra, rb, h)
}

/// An upright frustum from height 0 (radius `bottom`) to `height` (radius `top`).
@inline(__always) func frustum(_ p: V3, height: Float, bottom: Float, top: Float) -> Float {
    let r = length(V2(p.x, p.z))
    let slope = (bottom - top) / height
    let side = (r - bottom + slope * p.y) / (1 + slope * slope).squareRoot()
    return max(side, max(-p.y, p.y - height))
}

@inline(__always) func torus(_ p: V3, _ major: Float, _ minor: Float) -> Float {
    length(V2(length(V2(p.x, p.z)) - major, p.y)) - minor
}

@inline(__always) func union(_ a: Float, _ b: Float, _ blend: Float) -> Float {
    let h = max(blend - abs(a - b), 0) / blend
    return min(a, b) - h * h * blend * 0.25
}

@inline(__always) func carve(_ a: Float, _ b: Float, _ blend: Float) -> Float { -union(-a, b, blend) }

@inline(__always) func intersect(_ a: Float, _ b: Float, _ blend: Float) -> Float { -union(-a, -b, blend) }
