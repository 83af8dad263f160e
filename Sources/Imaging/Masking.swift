import Numerics

extension Picture {
    /// How much of something shows at each pixel, a plane of 0...1: white shows and black does not; nor does what is
    /// transparent. Colours count by their luma.
    public var mask: Planes {
        guard let alpha else { return luma }
        var mask = luma
        for i in mask.values.indices { mask.values[i] *= alpha.values[i] }
        return mask
    }

    /// The paintings over this picture, each where its mask shows it. Where masks add up to more than 1 they share.
    ///
    /// - Parameter paintings: all of this picture's size, like their masks.
    public func covered(by paintings: [(picture: Picture, mask: Planes)]) -> Picture {
        precondition(paintings.allSatisfy { $0.picture.size == size && $0.mask.hasSides(of: planes) })
        var result = self
        let count = planes.area
        for pixel in 0..<count {
            let total = paintings.reduce(0) { $0 + $1.mask.values[pixel] }
            for value in stride(from: pixel, to: 3 * count, by: count) {
                let painted = paintings.reduce(0) { $0 + $1.mask.values[pixel] * $1.picture.pixels[value] }
                result.pixels[value] = total > 1 ? painted / total : painted + (1 - total) * pixels[value]
            }
        }
        return result
    }
}
