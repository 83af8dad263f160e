extension Planes {
    /// 2x2 averages, odd sides rounded up: an edge cell is the mean of what it covers.
    public var halved: Planes {
        let (h, w) = ((height + 1) / 2, (width + 1) / 2)
        let halved = [Float](unsafeUninitializedCapacity: count * h * w) { result, resultCount in
            values.withUnsafeBufferPointer { values in
                for row in 0..<count * h {
                    let (plane, y) = row.quotientAndRemainder(dividingBy: h)
                    let upper = values.baseAddress! + (plane * height + 2 * y) * width
                    let lower = values.baseAddress! + (plane * height + min(2 * y + 1, height - 1)) * width
                    let out = result.baseAddress! + row * w
                    for x in 0..<w {
                        // Past an odd edge the pixel counts twice: the same mean.
                        let (left, right) = (2 * x, min(2 * x + 1, width - 1))
                        out[x] = 0.25 * ((upper[left] + upper[right]) + (lower[left] + lower[right]))
                    }
                }
            }
            resultCount = count * h * w
        }
        return Planes(count: count, height: h, width: w, values: halved)
    }

    /// Given gradients of the same function, adds that with respect to `halved` planes to that with respect to the whole.
    public mutating func addGradient(ofHalved gradient: Planes) {
        let (h, w) = ((height + 1) / 2, (width + 1) / 2)
        precondition(gradient.count == count && gradient.height == h && gradient.width == w)
        let (count, height, width) = (count, height, width)
        values.withUnsafeMutableBufferPointer { values in
            gradient.values.withUnsafeBufferPointer { gradient in
                for row in 0..<count * height {
                    let (plane, y) = row.quotientAndRemainder(dividingBy: height)
                    let rowShare: Float = y == height - 1 && height % 2 == 1 ? 1 : 0.5
                    let source = gradient.baseAddress! + (plane * h + y / 2) * w
                    let out = values.baseAddress! + row * width
                    for x in 0..<width {
                        out[x] += source[x / 2] * (x == width - 1 && width % 2 == 1 ? 1 : 0.5) * rowShare
                    }
                }
            }
        }
    }
}
