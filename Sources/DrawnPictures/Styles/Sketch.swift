import Foundation
import Imaging
import Numerics

/// What a painter looks at: a drawn content, small and soft, with the run of its forms.
struct Sketch {
    private let width: Int
    private let height: Int
    private let unit: Float
    private let colours: [V3]
    private let runs: [V2]

    /// `detail` is the longer side in pixels at most; `softness` how often it is blurred;
    /// `evened` spreads its tones half-way to an even mixture of light and dark.
    init(
        of contents: [DrawnContent], for canvas: Canvas, detail: Int, softness: Int, evened: Bool = false,
        _ random: inout SplitMix64
    ) {
        let longer = min(detail, max(max(canvas.width, canvas.height) / 2, 1))
        let width = max(Int((canvas.size.x * Float(longer)).rounded()), 1)
        let height = max(Int((canvas.size.y * Float(longer)).rounded()), 1)
        (self.width, self.height, unit) = (width, height, Float(longer))
        let drawn = random.pick(contents).draw(seed: random.next(), width: width, height: height)
        let area = width * height
        var pixels = (0..<area).map { V3(drawn.pixels[$0], drawn.pixels[area + $0], drawn.pixels[2 * area + $0]) }
        for _ in 0..<softness { pixels = Self.blurred(pixels, width, height) }
        if evened { pixels = Self.evened(pixels) }
        colours = pixels
        // The smoothed structure tensor's angle, doubled so that opposite gradients agree.
        var tensor = [V3](repeating: .zero, count: area)
        for y in 0..<height {
            for x in 0..<width {
                func tone(_ i: Int, _ j: Int) -> Float {
                    luminance(pixels[min(max(j, 0), height - 1) * width + min(max(i, 0), width - 1)])
                }
                let g = V2(tone(x + 1, y) - tone(x - 1, y), tone(x, y + 1) - tone(x, y - 1))
                tensor[y * width + x] = V3(g.x * g.x - g.y * g.y, 2 * g.x * g.y, 0)
            }
        }
        for _ in 0..<6 { tensor = Self.blurred(tensor, width, height) }
        runs = tensor.map { V2($0.x, $0.y) }
    }

    private static func evened(_ pixels: [V3]) -> [V3] {
        var counts = [Float](repeating: 0, count: 256)
        for p in pixels { counts[Int(clamp(luminance(p)) * 255)] += 1 / Float(pixels.count) }
        var below: Float = 0
        let rank = counts.map { share in
            below += share
            return below - share / 2
        }
        return pixels.map { p in
            let tone = clamp(luminance(p))
            return clamp(p * (mix(tone, rank[Int(tone * 255)], 0.6) / max(tone, 0.02)))
        }
    }

    private static func blurred(_ pixels: [V3], _ width: Int, _ height: Int) -> [V3] {
        var across = pixels
        var both = pixels
        for y in 0..<height {
            for x in 0..<width {
                let row = y * width
                across[row + x] =
                    (pixels[row + max(x - 1, 0)] + pixels[row + x] * 2 + pixels[row + min(x + 1, width - 1)]) / 4
            }
        }
        for y in 0..<height {
            for x in 0..<width {
                both[y * width + x] =
                    (across[max(y - 1, 0) * width + x] + across[y * width + x] * 2
                        + across[min(y + 1, height - 1) * width + x]) / 4
            }
        }
        return both
    }

    private func place(_ p: V2) -> (Int, Int, Int, Int, Float, Float) {
        let x = clamp(p.x * unit - 0.5, 0, Float(width - 1))
        let y = clamp(p.y * unit - 0.5, 0, Float(height - 1))
        let i = Int(x)
        let j = Int(y)
        return (i, j, min(i + 1, width - 1), min(j + 1, height - 1), x - Float(i), y - Float(j))
    }

    func colour(_ p: V2) -> V3 {
        let (i, j, k, l, u, v) = place(p)
        return mix(
            mix(colours[j * width + i], colours[j * width + k], u),
            mix(colours[l * width + i], colours[l * width + k], u), v)
    }

    /// The angle along the forms, or `otherwise` where there are none.
    func run(_ p: V2, otherwise: Float) -> Float {
        let (i, j, _, _, _, _) = place(p)
        let g = runs[j * width + i]
        let strength = length(g)
        let angle = V2(cos(2 * otherwise), sin(2 * otherwise)) * 0.0004 - g
        return strength > 1e-9 ? atan2(angle.y, angle.x) / 2 : otherwise
    }
}

/// More or less colourful, keeping the luminance.
func saturated(_ c: V3, _ amount: Float) -> V3 {
    let grey = V3(repeating: luminance(c))
    return clamp(grey + (c - grey) * amount)
}
