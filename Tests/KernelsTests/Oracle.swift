import Kernels
import Numerics

/// Slow, plain arithmetic in double precision: what the kernels are held against.
struct DoublePlanes {
    var channels: Int
    var height: Int
    var width: Int
    /// [channel][y][x]
    var values: [Double]

    init(channels: Int, height: Int, width: Int, values: [Double]? = nil) {
        self.channels = channels
        self.height = height
        self.width = width
        self.values = values ?? [Double](repeating: 0, count: channels * height * width)
    }

    /// Values in -1..<1 that a float holds exactly.
    static func random(_ channels: Int, _ height: Int, _ width: Int, using generator: inout SplitMix64) -> DoublePlanes
    {
        let values = (0..<channels * height * width).map { _ in Double(generator.nextUnit() * 2 - 1) }
        return DoublePlanes(channels: channels, height: height, width: width, values: values)
    }

    subscript(c: Int, y: Int, x: Int) -> Double {
        get { values[(c * height + y) * width + x] }
        set { values[(c * height + y) * width + x] = newValue }
    }

    var rms: Double { (values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))).squareRoot() }

    func map(_ transform: (Double) -> Double) -> DoublePlanes {
        var result = self
        result.values = values.map(transform)
        return result
    }

    func distance(to other: [Float]) -> Double { Oracle.distance(values, other) }

    var floats: [Float] { values.map(Float.init) }

    var planes: Planes { Planes(count: channels, height: height, width: width, values: floats) }

    var maps: FeatureMaps {
        let maps = FeatureMaps(channels: channels, height: height, width: width)
        for c in 0..<channels { for y in 0..<height { for x in 0..<width { maps[c, y, x] = Float(self[c, y, x]) } } }
        return maps
    }
}

extension [DoublePlanes] {
    /// A batch of pictures of one shape.
    var maps: FeatureMaps {
        let one = self[0]
        let maps = FeatureMaps(images: count, channels: one.channels, height: one.height, width: one.width)
        for (image, planes) in enumerated() {
            for c in 0..<one.channels {
                for y in 0..<one.height {
                    for x in 0..<one.width { maps[c, image * one.height + y, x] = Float(planes[c, y, x]) }
                }
            }
        }
        return maps
    }

    func distance(to maps: FeatureMaps) -> Double {
        guard self[0].channels == maps.channels, count == maps.images else { return .infinity }
        // [channel][image][row][column]
        let one = self[0].height * self[0].width
        let planar = (0..<self[0].channels).flatMap { c in flatMap { $0.values[c * one..<(c + 1) * one] } }
        return Oracle.distance(planar, maps.planar)
    }
}

enum Oracle {
    /// The largest difference; infinite if one is not a number or there are not equally many.
    static func distance(_ expected: some Collection<Double>, _ found: some Collection<Float>) -> Double {
        let differences = zip(expected, found).map { abs($0 - Double($1)) }
        // The maximum of numbers passes over what is none.
        guard expected.count == found.count, differences.allSatisfy(\.isFinite) else { return .infinity }
        return differences.max() ?? 0
    }

    /// Before the ReLU. Weights are [output][input][3][3].
    static func convolution(
        _ input: DoublePlanes, weights: [Float], bias: [Float], padding: Padding = .replicate
    ) -> DoublePlanes {
        var output = DoublePlanes(channels: bias.count, height: input.height, width: input.width)
        for o in 0..<output.channels {
            for y in 0..<input.height {
                for x in 0..<input.width {
                    var total = Double(bias[o])
                    forEachTap(input, padding, o, y, x) { tap, c, sourceY, sourceX in
                        total += Double(weights[tap]) * input[c, sourceY, sourceX]
                    }
                    output[o, y, x] = total
                }
            }
        }
        return output
    }

    /// With respect to the input, given that with respect to the output before the ReLU.
    static func convolutionGradient(
        _ gradient: DoublePlanes, inputs: Int, weights: [Float], padding: Padding = .replicate
    ) -> DoublePlanes {
        var result = DoublePlanes(channels: inputs, height: gradient.height, width: gradient.width)
        for o in 0..<gradient.channels {
            for y in 0..<gradient.height {
                for x in 0..<gradient.width {
                    forEachTap(result, padding, o, y, x) { tap, c, sourceY, sourceX in
                        result[c, sourceY, sourceX] += Double(weights[tap]) * gradient[o, y, x]
                    }
                }
            }
        }
        return result
    }

    /// With respect to the weights, [output][input][3][3].
    static func weightGradient(_ input: DoublePlanes, _ gradient: DoublePlanes) -> [Double] {
        var result = [Double](repeating: 0, count: gradient.channels * input.channels * 9)
        for o in 0..<gradient.channels {
            for y in 0..<input.height {
                for x in 0..<input.width {
                    forEachTap(input, .replicate, o, y, x) { tap, c, sourceY, sourceX in
                        result[tap] += gradient[o, y, x] * input[c, sourceY, sourceX]
                    }
                }
            }
        }
        return result
    }

    private static func forEachTap(
        _ input: DoublePlanes, _ padding: Padding, _ output: Int, _ y: Int, _ x: Int,
        _ body: (_ tap: Int, _ c: Int, _ y: Int, _ x: Int) -> Void
    ) {
        let isInside = { (y: Int, x: Int) in (0..<input.height).contains(y) && (0..<input.width).contains(x) }
        for c in 0..<input.channels {
            for ky in 0..<3 {
                for kx in 0..<3 where padding != .zeros || isInside(y + ky - 1, x + kx - 1) {
                    body(
                        ((output * input.channels + c) * 3 + ky) * 3 + kx, c,
                        source(y + ky - 1, input.height, padding), source(x + kx - 1, input.width, padding))
                }
            }
        }
    }

    /// What stands at `i`, at most one beyond a side of that length.
    private static func source(_ i: Int, _ length: Int, _ padding: Padding) -> Int {
        let nearest = min(max(i, 0), length - 1)
        return padding == .reflect && length > 1 ? 2 * nearest - i : nearest
    }

    static func averagePool(_ input: DoublePlanes, roundedUp: Bool = true) -> DoublePlanes {
        pool(input, roundedUp: roundedUp) { $0.reduce(0, +) / Double($0.count) }
    }

    static func maxPool(_ input: DoublePlanes, roundedUp: Bool) -> DoublePlanes {
        pool(input, roundedUp: roundedUp) { $0.max()! }
    }

    private static func pool(_ input: DoublePlanes, roundedUp: Bool, _ value: ([Double]) -> Double) -> DoublePlanes {
        var output = DoublePlanes(
            channels: input.channels, height: Pooling.side(of: input.height, roundedUp: roundedUp),
            width: Pooling.side(of: input.width, roundedUp: roundedUp))
        for c in 0..<output.channels {
            for y in 0..<output.height {
                for x in 0..<output.width {
                    output[c, y, x] = value(cell(y, x, of: input).map { input[c, $0.0, $0.1] })
                }
            }
        }
        return output
    }

    /// To the first of the largest of each cell.
    static func maxPoolGradient(_ gradient: DoublePlanes, of input: DoublePlanes) -> DoublePlanes {
        var result = DoublePlanes(channels: input.channels, height: input.height, width: input.width)
        for c in 0..<gradient.channels {
            for y in 0..<gradient.height {
                for x in 0..<gradient.width {
                    let cell = self.cell(y, x, of: input)
                    let most = cell.map { input[c, $0.0, $0.1] }.max()!
                    let (firstY, firstX) = cell.first { input[c, $0.0, $0.1] == most }!
                    result[c, firstY, firstX] = gradient[c, y, x]
                }
            }
        }
        return result
    }

    static func blurPool(_ input: DoublePlanes, roundedUp: Bool) -> DoublePlanes {
        var output = DoublePlanes(
            channels: input.channels, height: Pooling.side(of: input.height, roundedUp: roundedUp),
            width: Pooling.side(of: input.width, roundedUp: roundedUp))
        forEachBlurTap(input, output) { weight, c, from, to in
            output[c, to.0, to.1] += weight * input[c, from.0, from.1]
        }
        return output
    }

    static func blurPoolGradient(_ gradient: DoublePlanes, height: Int, width: Int) -> DoublePlanes {
        var result = DoublePlanes(channels: gradient.channels, height: height, width: width)
        forEachBlurTap(result, gradient) { weight, c, from, to in
            result[c, from.0, from.1] += weight * gradient[c, to.0, to.1]
        }
        return result
    }

    private static func forEachBlurTap(
        _ input: DoublePlanes, _ output: DoublePlanes,
        _ body: (Double, Int, _ from: (Int, Int), _ to: (Int, Int)) -> Void
    ) {
        let binomial = [1.0, 3, 3, 1].map { $0 / 8 }
        for c in 0..<output.channels {
            for y in 0..<output.height {
                for x in 0..<output.width {
                    for ky in 0..<4 {
                        for kx in 0..<4 {
                            let fromY = min(max(2 * y - 1 + ky, 0), input.height - 1)
                            let fromX = min(max(2 * x - 1 + kx, 0), input.width - 1)
                            body(binomial[ky] * binomial[kx], c, (fromY, fromX), (y, x))
                        }
                    }
                }
            }
        }
    }

    static func averagePoolGradient(_ gradient: DoublePlanes, height: Int, width: Int) -> DoublePlanes {
        var result = DoublePlanes(channels: gradient.channels, height: height, width: width)
        for c in 0..<gradient.channels {
            for y in 0..<gradient.height {
                for x in 0..<gradient.width {
                    let cell = self.cell(y, x, of: result)
                    for (cellY, cellX) in cell { result[c, cellY, cellX] += gradient[c, y, x] / Double(cell.count) }
                }
            }
        }
        return result
    }

    private static func cell(_ y: Int, _ x: Int, of planes: DoublePlanes) -> [(Int, Int)] {
        (2 * y..<min(2 * y + 2, planes.height)).flatMap { cellY in
            (2 * x..<min(2 * x + 2, planes.width)).map { (cellY, $0) }
        }
    }
}

/// Sides where tiles, pools and register tiles break: one pixel, odd, one more and one less than a whole number of
/// tiles.
let awkwardSides: [(height: Int, width: Int)] = [
    (1, 1), (1, 2), (2, 1), (3, 3), (1, 23), (24, 1), (5, 8), (8, 5), (4, 4), (7, 99), (23, 24), (25, 25), (33, 6),
]
