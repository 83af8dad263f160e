import Numerics

extension Picture {
    /// The picture at another size. Colours are weighted by their opacity, so that none bleeds out of transparent
    /// pixels.
    public func resized(to newSize: PictureSize) -> Picture {
        guard newSize != size else { return self }
        func resampled(_ planes: Planes) -> Planes {
            planes.resampled(height: newSize.height, width: newSize.width)
        }
        guard let alpha else { return Picture(resampled(planes).clamped) }
        // A trace of opacity everywhere keeps the colour of what is transparent throughout.
        let trace: Float = 1e-4
        var (weights, weighted) = (alpha, planes)
        for i in weights.values.indices { weights.values[i] += trace }
        for i in weighted.values.indices { weighted.values[i] *= weights.values[i % weights.area] }
        (weights, weighted) = (resampled(weights), resampled(weighted))
        for i in weighted.values.indices { weighted.values[i] /= max(weights.values[i % weights.area], trace) }
        for i in weights.values.indices { weights.values[i] -= trace }
        return Picture(weighted.clamped, alpha: weights.clamped)
    }

    public func resized(width: Int, height: Int) -> Picture { resized(to: PictureSize(width: width, height: height)) }

    /// The picture with its longest edge brought down to `edge`; a smaller one as it is.
    public func shrunk(toLongestEdge edge: Int) -> Picture {
        size.longestEdge > edge ? resized(to: size.withLongestEdge(edge)) : self
    }
}

extension Planes {
    /// The values within 0...1.
    public var clamped: Planes {
        Planes(count: count, height: height, width: width, values: values.map { min(max($0, 0), 1) })
    }
}
