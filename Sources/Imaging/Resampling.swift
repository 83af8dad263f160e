import Foundation
import Numerics

/// Resampling of planes by a separable Lanczos filter of three lobes, whose support grows when shrinking, so that
/// nothing aliases.
public enum Resampling {
    private static let lobes = 3.0

    /// - Parameters:
    ///   - planes: `count` planes of `height` rows of `width` values, of any range.
    /// - Returns: `count` planes of the new size. A filter with negative lobes may overshoot; nothing is clamped.
    public static func resize(
        planes: [Float], count: Int, width: Int, height: Int, toWidth: Int, toHeight: Int
    ) -> [Float] {
        precondition(planes.count == count * width * height && toWidth > 0 && toHeight > 0)
        var result = planes
        // The smaller intermediate first.
        if toWidth <= width {
            result = resizeRows(result, rows: count * height, from: width, to: toWidth)
            result = resizeColumns(result, planes: count, width: toWidth, from: height, to: toHeight)
        } else {
            result = resizeColumns(result, planes: count, width: width, from: height, to: toHeight)
            result = resizeRows(result, rows: count * toHeight, from: width, to: toWidth)
        }
        return result
    }

    /// What each output sample is made of: the first input sample, and a weight for each from there on.
    private struct Filter {
        let taps: Int
        var first: [Int] = []
        /// `taps` a sample, padded with zeros.
        var weights: [Float] = []

        /// - Parameter multiple: of what `taps` is to be a multiple, as far as there are so many samples.
        init(from: Int, to: Int, multiple: Int = 1) {
            let scale = Double(from) / Double(to)
            let stretch = max(scale, 1)
            let support = lobes * stretch
            let needed = Int((2 * support).rounded(.up)) + 1
            taps = min(from, (needed + multiple - 1) / multiple * multiple)
            for i in 0..<to {
                let centre = (Double(i) + 0.5) * scale
                let start = min(max(0, Int((centre - support).rounded(.down))), from - taps)
                var values = (start..<start + taps).map { Self.lanczos((Double($0) + 0.5 - centre) / stretch) }
                let total = values.reduce(0, +)
                for k in values.indices { values[k] /= total }
                first.append(start)
                weights += values.map { Float($0) }
            }
        }

        private static func lanczos(_ x: Double) -> Double {
            if abs(x) < 1e-9 { return 1 }
            if abs(x) >= lobes { return 0 }
            let angle = Double.pi * x
            return lobes * sin(angle) * sin(angle / lobes) / (angle * angle)
        }
    }

    private static func resizeRows(_ values: [Float], rows: Int, from: Int, to: Int) -> [Float] {
        guard from != to else { return values }
        // Sums of eight at a time, since the compiler must not reorder additions of floats by itself.
        typealias Eight = SIMD8<Float>
        let filter = Filter(from: from, to: to, multiple: Eight.scalarCount)
        let taps = filter.taps
        return fill(rows * to) { result in
            nonisolated(unsafe) let result = result
            values.withUnsafeBufferPointer { values in
                filter.weights.withUnsafeBufferPointer { weights in
                    filter.first.withUnsafeBufferPointer { first in
                        Parallel.forEach(rows) { row, _ in
                            for x in 0..<to {
                                let source = values.baseAddress! + row * from + first[x]
                                let weight = weights.baseAddress! + x * taps
                                var eight = Eight.zero
                                var k = 0
                                while k + Eight.scalarCount <= taps {
                                    eight +=
                                        UnsafeRawPointer(weight + k).loadUnaligned(as: Eight.self)
                                        * UnsafeRawPointer(source + k).loadUnaligned(as: Eight.self)
                                    k += Eight.scalarCount
                                }
                                var total = eight.sum()
                                while k < taps {
                                    total += weight[k] * source[k]
                                    k += 1
                                }
                                result[row * to + x] = total
                            }
                        }
                    }
                }
            }
        }
    }

    private static func resizeColumns(_ values: [Float], planes: Int, width: Int, from: Int, to: Int) -> [Float] {
        guard from != to else { return values }
        let filter = Filter(from: from, to: to)
        let taps = filter.taps
        return fill(planes * to * width) { result in
            nonisolated(unsafe) let result = result
            values.withUnsafeBufferPointer { values in
                filter.weights.withUnsafeBufferPointer { weights in
                    Parallel.forEach(planes * to) { row, _ in
                        let (plane, y) = (row / to, row % to)
                        let out = result + row * width
                        out.update(repeating: 0, count: width)
                        for k in 0..<taps {
                            let weight = weights[y * taps + k]
                            let source = values.baseAddress! + (plane * from + filter.first[y] + k) * width
                            for x in 0..<width { out[x] += weight * source[x] }
                        }
                    }
                }
            }
        }
    }

    private static func fill(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            buffer.initialize(repeating: 0)
            body(buffer.baseAddress!)
            initialized = count
        }
    }
}

extension Picture {
    /// The picture at another size. Colours are weighted by their opacity, so that none bleeds out of transparent
    /// pixels.
    public func resized(width newWidth: Int, height newHeight: Int) -> Picture {
        guard newWidth != width || newHeight != height else { return self }
        func resize(_ planes: [Float], count: Int) -> [Float] {
            Resampling.resize(
                planes: planes, count: count, width: width, height: height, toWidth: newWidth, toHeight: newHeight
            )
        }
        func clamped(_ values: [Float]) -> [Float] { values.map { min(max($0, 0), 1) } }
        guard let alpha else {
            return Picture(width: newWidth, height: newHeight, pixels: clamped(resize(pixels, count: 3)))
        }
        // A trace of opacity everywhere keeps the colour of what is transparent throughout.
        let trace: Float = 1e-4
        let count = width * height
        let newCount = newWidth * newHeight
        let weighted = pixels.indices.map { pixels[$0] * (alpha[$0 % count] + trace) }
        let newWeights = resize(alpha.map { $0 + trace }, count: 1)
        let newWeighted = resize(weighted, count: 3)
        let newPixels = newWeighted.indices.map { newWeighted[$0] / max(newWeights[$0 % newCount], trace) }
        return Picture(
            width: newWidth, height: newHeight, pixels: clamped(newPixels),
            alpha: clamped(newWeights.map { $0 - trace }))
    }
}
