import Foundation
import Imaging
import Numerics

/// Pictures to take random crops from.
public struct CropSampler: Sendable {
    struct Source: Sendable {
        let width: Int
        let height: Int
        /// Three planes, 255 for 1.
        let values: [UInt8]
    }

    private(set) var sources: [Source] = []

    /// Pictures whose short side is longer are kept with this one, and no crop is larger.
    public static let shortSide = 256
    /// At most this much of a long side is kept.
    private static let longestSide = 448
    /// A picture that is longer for its width is cut before it is resized, or it might become one of gigabytes.
    private static let mostElongated = 4

    public init() {}

    /// Makes a picture ready to be sampled from.
    static func source(_ picture: Picture) -> Source {
        let longest = mostElongated * min(picture.width, picture.height)
        let picture = picture.centre(width: longest, height: longest)
        let scale = min(1, Double(shortSide) / Double(min(picture.width, picture.height)))
        let part = picture.resized(to: picture.size.scaled(by: scale))
            .centre(width: longestSide, height: longestSide)
        let values = part.pixels.map { UInt8((min(max($0, 0), 1) * 255).rounded()) }
        return Source(width: part.width, height: part.height, values: values)
    }

    /// Adds pictures in parallel, in order.
    ///
    /// - Parameter read: gives a picture; one that it cannot give is left out.
    /// - Returns: the indices of those.
    public mutating func add(_ count: Int, read: @Sendable (_ index: Int) -> Picture?) -> [Int] {
        let made = Parallel.map(count) { read($0).map(Self.source) }
        sources += made.compactMap { $0 }
        return made.indices.filter { made[$0] == nil }
    }

    /// Crops of random pictures, scaled down by a factor of 1 to 4 or as far as the picture goes, half of them mirrored, in
    /// changed light and colours.
    ///
    /// - Returns: three planes of each crop, in 0...1.
    func batch(_ count: Int, edge: Int, using generator: inout SplitMix64) -> [Float] {
        batch(of: (0..<count).map { _ in Int(generator.next() % UInt64(sources.count)) }, edge: edge, using: &generator)
    }

    /// Random crops of the pictures at `indices`.
    func batch(of indices: [Int], edge: Int, using generator: inout SplitMix64) -> [Float] {
        let crops = indices.map { Crop(of: sources[$0], edge: edge, using: &generator) }
        let size = 3 * edge * edge
        return Parallel.array(indices.count * size, chunk: size) { i, _, pixels in
            crops[i].write(from: sources[indices[i]], edge: edge, to: pixels.baseAddress!)
        }
    }
}

/// One random crop: where it is taken, and what becomes of its colours.
private struct Crop: Sendable {
    private let side: Int
    private let (left, top): (Int, Int)
    private let isMirrored: Bool
    private let (brightness, contrast, saturation): (Float, Float, Float)
    private let gains: [Float]

    init(of source: CropSampler.Source, edge: Int, using generator: inout SplitMix64) {
        func around(_ range: Float) -> Float { 1 + range * (2 * generator.nextUnit() - 1) }
        let scale = exp(log(4) * generator.nextUnit())
        side = min(Int(Float(edge) * scale), source.width, source.height)
        left = Int(generator.next() % UInt64(source.width - side + 1))
        top = Int(generator.next() % UInt64(source.height - side + 1))
        isMirrored = generator.nextUnit() < 0.5
        (brightness, contrast, saturation) = (around(0.3), around(0.3), around(0.5))
        gains = (0..<3).map { _ in around(0.12) }
    }

    func write(from source: CropSampler.Source, edge: Int, to pixels: UnsafeMutablePointer<Float>) {
        resample(source, edge: edge, to: pixels)
        adjustColours(pixels, count: edge * edge)
    }

    /// By a triangle as wide as a pixel of the result, on both axes, rows first as that runs along memory.
    private func resample(_ source: CropSampler.Source, edge: Int, to pixels: UnsafeMutablePointer<Float>) {
        let filter = Triangle(from: side, to: edge)
        var row = [Float](repeating: 0, count: side)
        source.values.withUnsafeBufferPointer { values in
            for plane in 0..<3 {
                let origin = (plane * source.height + top) * source.width + left
                for y in 0..<edge {
                    for x in 0..<side { row[x] = 0 }
                    for k in 0..<filter.taps {
                        let weight = filter.weights[y * filter.taps + k] * (1 / 255)
                        let start = values.baseAddress! + origin + (filter.first[y] + k) * source.width
                        for x in 0..<side { row[x] += weight * Float(start[x]) }
                    }
                    let out = pixels + (plane * edge + y) * edge
                    for x in 0..<edge {
                        var total: Float = 0
                        for k in 0..<filter.taps {
                            total += filter.weights[x * filter.taps + k] * row[filter.first[x] + k]
                        }
                        out[isMirrored ? edge - 1 - x : x] = total
                    }
                }
            }
        }
    }

    /// Brightness, contrast about the mean, saturation and the balance of the channels.
    private func adjustColours(_ pixels: UnsafeMutablePointer<Float>, count: Int) {
        var mean: Float = 0
        for i in 0..<3 * count { mean += pixels[i] }
        mean *= brightness / Float(3 * count)
        for i in 0..<count {
            var colour = (0..<3).map { (pixels[$0 * count + i] * brightness - mean) * contrast + mean }
            let grey = (colour[0] + colour[1] + colour[2]) / 3
            for plane in 0..<3 {
                colour[plane] = ((colour[plane] - grey) * saturation + grey) * gains[plane]
                pixels[plane * count + i] = min(max(colour[plane], 0), 1)
            }
        }
    }
}

/// For each sample of the result, the first one of the source it is made of, and a weight for each from there on.
private struct Triangle {
    let taps: Int
    var first: [Int] = []
    var weights: [Float] = []

    init(from: Int, to: Int) {
        let scale = Float(from) / Float(to)
        let support = max(scale, 1)
        taps = min(from, Int((2 * support).rounded(.up)) + 1)
        for i in 0..<to {
            let centre = (Float(i) + 0.5) * scale
            let start = min(max(0, Int((centre - support).rounded(.down))), from - taps)
            let values = (start..<start + taps).map { max(0, 1 - abs((Float($0) + 0.5 - centre) / support)) }
            let total = values.reduce(0, +)
            first.append(start)
            weights += values.map { $0 / total }
        }
    }
}
