import Foundation

extension Planes {
    /// The planes at another size, by a separable Lanczos filter of three lobes, whose support grows when shrinking, so
    /// that nothing aliases. A filter with negative lobes may overshoot; nothing is clamped.
    public func resampled(height newHeight: Int, width newWidth: Int) -> Planes {
        precondition(newHeight > 0 && newWidth > 0)
        // The smaller intermediate first.
        return newWidth <= width
            ? withRows(of: newWidth).withColumns(of: newHeight) : withColumns(of: newHeight).withRows(of: newWidth)
    }

    private func withRows(of newWidth: Int) -> Planes {
        guard newWidth != width else { return self }
        // Sums of eight at a time, since the compiler must not reorder additions of floats by itself.
        typealias Eight = SIMD8<Float>
        let filter = LanczosFilter(from: width, to: newWidth, multiple: Eight.scalarCount)
        let (width, taps) = (width, filter.taps)
        let resampled: [Float] = Parallel.array(count * height * newWidth, chunk: newWidth) { row, _, result in
            values.withUnsafeBufferPointer { values in
                filter.weights.withUnsafeBufferPointer { weights in
                    filter.first.withUnsafeBufferPointer { first in
                        for x in 0..<newWidth {
                            let source = values.baseAddress! + row * width + first[x]
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
                            result[x] = total
                        }
                    }
                }
            }
        }
        return Planes(count: count, height: height, width: newWidth, values: resampled)
    }

    private func withColumns(of newHeight: Int) -> Planes {
        guard newHeight != height else { return self }
        let filter = LanczosFilter(from: height, to: newHeight)
        let (height, width, taps) = (height, width, filter.taps)
        let resampled: [Float] = Parallel.array(count * newHeight * width, chunk: width) { row, _, result in
            let (plane, y) = row.quotientAndRemainder(dividingBy: newHeight)
            let result = result.baseAddress!
            result.initialize(repeating: 0, count: width)
            values.withUnsafeBufferPointer { values in
                for k in 0..<taps {
                    let weight = filter.weights[y * taps + k]
                    let source = values.baseAddress! + (plane * height + filter.first[y] + k) * width
                    for x in 0..<width { result[x] += weight * source[x] }
                }
            }
        }
        return Planes(count: count, height: newHeight, width: width, values: resampled)
    }
}

/// What each output sample is made of: the first input sample, and a weight for each from there on.
private struct LanczosFilter: Sendable {
    private static let lobes = 3.0

    let taps: Int
    private(set) var first: [Int] = []
    /// `taps` a sample, padded with zeros.
    private(set) var weights: [Float] = []

    /// - Parameter multiple: of what `taps` is to be a multiple, as far as there are so many samples.
    init(from: Int, to: Int, multiple: Int = 1) {
        let scale = Double(from) / Double(to)
        let stretch = max(scale, 1)
        let support = Self.lobes * stretch
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
