import Foundation

/// An sRGB-encoded colour from its hexadecimal name.
func hex(_ code: Int) -> V3 {
    V3(Float(code >> 16 & 255), Float(code >> 8 & 255), Float(code & 255)) / 255
}

/// The same as light, for ray-marched pictures.
func light(_ code: Int) -> V3 {
    let c = hex(code)
    return V3(pow(c.x, 2.2), pow(c.y, 2.2), pow(c.z, 2.2))
}

@inline(__always) func luminance(_ c: V3) -> Float {
    dot(c, V3(0.299, 0.587, 0.114))
}

/// Colours in order, blended between neighbours; `t` runs from 0 to 1.
func ramp(_ colours: [V3], _ t: Float) -> V3 {
    let x = clamp(t) * Float(colours.count - 1)
    let i = min(Int(x), colours.count - 2)
    return mix(colours[i], colours[i + 1], x - Float(i))
}

/// Light to sRGB: a filmic shoulder keeps highlights coloured, then the display's curve.
func toneMapped(_ c: V3) -> V3 {
    let x = c * 0.9
    let y = (x * (x * 2.51 + 0.03)) / (x * (x * 2.43 + 0.59) + 0.14)
    let z = clamp(y)
    return V3(pow(z.x, 1 / 2.2), pow(z.y, 1 / 2.2), pow(z.z, 1 / 2.2))
}
