import Foundation

/// How much of something shows at each pixel, 0...1.
public struct Mask: Equatable, Sendable {
    public let width: Int
    public let height: Int
    /// `height` rows of `width` values.
    public var values: [Float]

    public init(width: Int, height: Int, values: [Float]) {
        precondition(values.count == width * height)
        self.width = width
        self.height = height
        self.values = values
    }

    /// White shows and black does not; nor does what is transparent. Colours count by their luma (ITU-R BT.709).
    public init(_ picture: Picture) {
        let luma = picture.luma
        self.init(
            width: picture.width, height: picture.height,
            values: picture.alpha.map { zip(luma, $0).map { $0 * $1 } } ?? luma)
    }

    public func resized(width newWidth: Int, height newHeight: Int) -> Mask {
        guard (newWidth, newHeight) != (width, height) else { return self }
        let resized = Resampling.resize(
            planes: values, count: 1, width: width, height: height, toWidth: newWidth, toHeight: newHeight)
        return Mask(width: newWidth, height: newHeight, values: resized.map { min(max($0, 0), 1) })
    }
}

extension Picture {
    /// One plane, from the encoded values (ITU-R BT.709).
    public var luma: [Float] {
        let count = width * height
        return (0..<count).map { 0.2126 * pixels[$0] + 0.7152 * pixels[count + $0] + 0.0722 * pixels[2 * count + $0] }
    }

    /// The paintings over this picture, each where its mask shows it. Where masks add up to more than 1 they share.
    ///
    /// - Parameter paintings: all of this picture's size.
    public func covered(by paintings: [(picture: Picture, mask: Mask)]) -> Picture {
        precondition(paintings.allSatisfy { ($0.picture.width, $0.picture.height) == (width, height) })
        precondition(paintings.allSatisfy { ($0.mask.width, $0.mask.height) == (width, height) })
        var result = self
        let count = width * height
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
