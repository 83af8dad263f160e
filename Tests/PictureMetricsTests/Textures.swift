import Foundation
import Imaging
import Numerics

/// Waves of colour in one direction, moved by `shift`.
func waves(width: Int, height: Int, length: Float = 8, shift: Float = 0) -> Picture {
    picture(width: width, height: height) { plane, x, y in
        0.5 + 0.4 * sin(2 * .pi * (x + shift + 0.25 * Float(plane) * length) / length)
    }
}

func picture(width: Int, height: Int, _ value: (_ plane: Int, _ x: Float, _ y: Float) -> Float) -> Picture {
    var pixels: [Float] = []
    for plane in 0..<3 {
        for y in 0..<height { for x in 0..<width { pixels.append(value(plane, Float(x), Float(y))) } }
    }
    return Picture(width: width, height: height, pixels: pixels)
}

extension Picture {
    func mapPixels(_ transform: (Float) -> Float) -> Picture {
        Picture(width: width, height: height, pixels: pixels.map(transform))
    }

    func withNoise(_ amount: Float) -> Picture {
        var generator = SplitMix64(seed: 1)
        return mapPixels { $0 + amount * (generator.nextUnit() - 0.5) }
    }
}
