extension Picture {
    /// The part of `width` x `height` pixels that begins at column `left` of row `top`.
    ///
    /// - Precondition: it lies within the picture.
    public func cropped(left: Int, top: Int, width newWidth: Int, height newHeight: Int) -> Picture {
        precondition(left >= 0 && left + newWidth <= width && top >= 0 && top + newHeight <= height)
        func cut(_ planes: [Float]) -> [Float] {
            var result: [Float] = []
            let count = planes.count / (width * height)
            result.reserveCapacity(count * newWidth * newHeight)
            for plane in 0..<count {
                for y in top..<top + newHeight {
                    let first = (plane * height + y) * width + left
                    result += planes[first..<first + newWidth]
                }
            }
            return result
        }
        return Picture(width: newWidth, height: newHeight, pixels: cut(pixels), alpha: alpha.map(cut))
    }

    /// The middle of that size, or as much of it as there is.
    public func centre(width newWidth: Int, height newHeight: Int) -> Picture {
        let (w, h) = (min(newWidth, width), min(newHeight, height))
        return cropped(left: (width - w) / 2, top: (height - h) / 2, width: w, height: h)
    }

    /// The largest square in the middle.
    public var centredSquare: Picture {
        let side = min(width, height)
        return centre(width: side, height: side)
    }
}
