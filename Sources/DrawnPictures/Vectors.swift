import Foundation

typealias V2 = SIMD2<Float>
typealias V3 = SIMD3<Float>

@inline(__always) func dot(_ a: V2, _ b: V2) -> Float { a.x * b.x + a.y * b.y }
@inline(__always) func dot(_ a: V3, _ b: V3) -> Float { a.x * b.x + a.y * b.y + a.z * b.z }
@inline(__always) func length(_ a: V2) -> Float { dot(a, a).squareRoot() }
@inline(__always) func length(_ a: V3) -> Float { dot(a, a).squareRoot() }
@inline(__always) func normalized(_ a: V2) -> V2 { a / max(length(a), 1e-12) }
@inline(__always) func normalized(_ a: V3) -> V3 { a / max(length(a), 1e-12) }

@inline(__always) func cross(_ a: V3, _ b: V3) -> V3 {
    V3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

@inline(__always) func reflected(_ d: V3, _ n: V3) -> V3 { d - n * (2 * dot(d, n)) }
@inline(__always) func clamp(_ x: Float, _ low: Float = 0, _ high: Float = 1) -> Float { min(max(x, low), high) }
@inline(__always) func clamp(_ a: V3) -> V3 { a.clamped(lowerBound: .zero, upperBound: .one) }
@inline(__always) func mix(_ a: Float, _ b: Float, _ t: Float) -> Float { a + (b - a) * t }
@inline(__always) func mix(_ a: V2, _ b: V2, _ t: Float) -> V2 { a + (b - a) * t }
@inline(__always) func mix(_ a: V3, _ b: V3, _ t: Float) -> V3 { a + (b - a) * t }
@inline(__always) func fraction(_ x: Float) -> Float { x - x.rounded(.down) }

/// 0 below `low`, 1 above `high`, smooth between; `low > high` turns it round.
@inline(__always) func smoothstep(_ low: Float, _ high: Float, _ x: Float) -> Float {
    let t = clamp((x - low) / (high - low))
    return t * t * (3 - 2 * t)
}

/// Turned by `angle` radians, counter-clockwise where y points up.
@inline(__always) func rotated(_ p: V2, _ angle: Float) -> V2 {
    let c = cos(angle), s = sin(angle)
    return V2(c * p.x - s * p.y, s * p.x + c * p.y)
}

/// A turn about the vertical axis, its sine and cosine taken once.
struct Turn {
    let cosine: Float
    let sine: Float

    init(_ angle: Float) {
        cosine = cos(angle)
        sine = sin(angle)
    }
}

@inline(__always) func turned(_ p: V3, _ turn: Turn) -> V3 {
    V3(turn.cosine * p.x - turn.sine * p.z, p.y, turn.sine * p.x + turn.cosine * p.z)
}
