/// 2x2 averages of a picture's planes, odd sides rounded up: an edge cell is the mean of what it covers.
public enum PlanePooling {
    /// - Returns: `count` planes of half the height and width, rounded up.
    public static func halve(_ planes: UnsafePointer<Float>, count: Int, height: Int, width: Int) -> [Float] {
        let (h, w) = ((height + 1) / 2, (width + 1) / 2)
        return [Float](unsafeUninitializedCapacity: count * h * w) { result, resultCount in
            for plane in 0..<count {
                for y in 0..<h {
                    let upper = planes + (plane * height + 2 * y) * width
                    let lower = planes + (plane * height + min(2 * y + 1, height - 1)) * width
                    let out = result.baseAddress! + (plane * h + y) * w
                    for x in 0..<w {
                        // Past an odd edge the pixel counts twice: the same mean.
                        let (left, right) = (2 * x, min(2 * x + 1, width - 1))
                        out[x] = 0.25 * ((upper[left] + upper[right]) + (lower[left] + lower[right]))
                    }
                }
            }
            resultCount = count * h * w
        }
    }

    /// Adds the gradient with respect to the halved planes to that of the planes.
    public static func addGradient(
        _ halved: UnsafePointer<Float>, count: Int, height: Int, width: Int, to gradient: UnsafeMutablePointer<Float>
    ) {
        let (h, w) = ((height + 1) / 2, (width + 1) / 2)
        for plane in 0..<count {
            for y in 0..<height {
                let rowShare: Float = y == height - 1 && height % 2 == 1 ? 1 : 0.5
                let source = halved + (plane * h + y / 2) * w
                let out = gradient + (plane * height + y) * width
                for x in 0..<width {
                    out[x] += source[x / 2] * (x == width - 1 && width % 2 == 1 ? 1 : 0.5) * rowShare
                }
            }
        }
    }
}
