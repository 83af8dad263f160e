import Kernels
import Numerics

/// What a walk sees at an accepted point: vectors as long as the parameters, and the units to see them in.
///
/// See `CoordinateInput` for what is made of them. Vectors that a preset has no use for are empty.
struct Observation {
    var parameters: [Float]
    var bounds: ClosedRange<Float>?
    /// g, with zeros where a bound holds the parameter.
    var gradient: [Float]
    /// d = H g
    var direction: [Float] = []
    /// d'
    var commonDirection: [Float] = []
    /// d''
    var broadDirection: [Float] = []
    /// s
    var move: [Float] = []
    var averages = GradientAverages([])
    var means = GridMeans()
    /// gamma
    var inverseCurvature: Float = 0
    /// tau
    var moveSize: Float = 0
    /// r
    var gradientSize: Float = 0
    /// What makes gradients of order one, for `logarithmAndSign`.
    var gradientUnit: Float = 1

    private static let logarithmRange: Float = 10

    /// Writes the inputs of the coordinates in `range` to consecutive rows, `stride` apart.
    func write(
        _ inputs: [CoordinateInput], of range: Range<Int>, to rows: UnsafeMutablePointer<Float>, stride: Int,
        kernels: KernelSet
    ) {
        var row = rows
        let count = range.count
        func asinh(_ vector: [Float], over unit: Float) {
            // A unit of zero is that of a vector of zeros.
            let scale = unit > 0 ? 1 / unit : 0
            vector.withUnsafeBufferPointer {
                kernels.asinh($0.baseAddress! + range.lowerBound, scale: scale, count: count, to: row)
            }
        }
        for input in inputs {
            switch input {
            case .direction: asinh(direction, over: moveSize)
            case .commonDirection: asinh(commonDirection, over: moveSize)
            case .broadDirection: asinh(broadDirection, over: moveSize)
            case .move: asinh(move, over: moveSize)
            case .plainStep: asinh(gradient, over: moveSize / inverseCurvature)
            case .gradient: asinh(gradient, over: gradientSize)
            case .momentum: asinh(averages.momentum, over: gradientSize)
            case .planeMean: asinh(means.planes, over: gradientSize)
            case .neighbourhoodMean: asinh(means.neighbourhoods, over: gradientSize)
            case .gradientOverTime:
                gradient.withUnsafeBufferPointer { gradient in
                    averages.meanSquare.withUnsafeBufferPointer { meanSquare in
                        kernels.tanhRatio(
                            gradient.baseAddress! + range.lowerBound, meanSquare.baseAddress! + range.lowerBound,
                            squareScale: averages.meanSquareCorrection, count: count, to: row)
                    }
                }
            case .parameter:
                let (low, high) = (bounds?.lowerBound ?? 0, bounds?.upperBound ?? 0)
                let scale = bounds == nil ? 0 : 2 / (high - low)
                parameters.withUnsafeBufferPointer {
                    kernels.affine(
                        $0.baseAddress! + range.lowerBound, scale: scale, offset: bounds == nil ? 0 : -1 - low * scale,
                        count: count, to: row)
                }
            case .logarithmAndSign:
                gradient.withUnsafeBufferPointer {
                    kernels.logarithmAndSign(
                        $0.baseAddress! + range.lowerBound, scale: gradientUnit, range: Self.logarithmRange,
                        count: count, logarithm: row, sign: row + stride)
                }
            }
            row += input.rows * stride
        }
    }
}

/// Running means over time of the gradient and of its square.
struct GradientAverages: Sendable {
    /// Memories of 10 and of 20 steps.
    private static let momentumDecay: Float = 0.9, squareDecay: Float = 0.95

    private(set) var momentum: [Float] = []
    private(set) var meanSquare: [Float] = []
    /// What makes the mean square that of the steps there were, rather than of zeros before them.
    var meanSquareCorrection: Float { 1 / (1 - squarePower) }
    private var squarePower: Float = 1
    private let hasMomentum: Bool
    private let hasMeanSquare: Bool

    /// - Parameter inputs: say which of the two are needed.
    init(_ inputs: [CoordinateInput]) {
        hasMomentum = inputs.contains(.momentum)
        hasMeanSquare = inputs.contains(.gradientOverTime)
    }

    mutating func add(_ gradient: [Float]) {
        squarePower *= Self.squareDecay
        if hasMomentum { Self.update(&momentum, gradient, Self.momentumDecay) { $0 } }
        if hasMeanSquare { Self.update(&meanSquare, gradient, Self.squareDecay) { $0 * $0 } }
    }

    @inline(__always)
    private static func update(
        _ mean: inout [Float], _ gradient: [Float], _ decay: Float, _ term: @Sendable (Float) -> Float
    ) {
        if mean.isEmpty { mean = [Float](repeating: 0, count: gradient.count) }
        VectorMath.update(&mean) { mean, range in
            gradient.withUnsafeBufferPointer { gradient in
                let gradient = gradient.baseAddress!
                for index in range { mean[index] = decay * mean[index] + (1 - decay) * term(gradient[index]) }
            }
        }
    }
}

/// Means of a vector over its neighbours in the grid.
struct GridMeans: Sendable {
    /// Over all planes.
    private(set) var planes: [Float] = []
    /// Over the 3x3 neighbours, those that there are, of the same plane.
    private(set) var neighbourhoods: [Float] = []

    init() {}

    /// - Parameter inputs: say which of the two are needed.
    init(of vector: [Float], _ grid: Grid, _ inputs: [CoordinateInput]) {
        if inputs.contains(.planeMean) { planes = Self.overPlanes(vector, grid) }
        if inputs.contains(.neighbourhoodMean) { neighbourhoods = Self.overNeighbours(vector, grid) }
    }

    static func overPlanes(_ vector: [Float], _ grid: Grid) -> [Float] {
        scalingPlanes(vector, grid, common: 1, apart: 0)
    }

    /// The mean over all planes times one factor, and what each plane differs from it times another.
    static func scalingPlanes(_ vector: [Float], _ grid: Grid, common: Float, apart: Float) -> [Float] {
        let area = grid.height * grid.width
        return [Float](unsafeUninitializedCapacity: vector.count) { result, count in
            let step = VectorMath.chunkLength
            Parallel.forEach((area + step - 1) / step, sharing: result) { result, chunk, _ in
                vector.withUnsafeBufferPointer { vector in
                    let start = chunk * step
                    let length = min(step, area - start)
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: length) { shared in
                        let shared = shared.baseAddress!
                        shared.initialize(repeating: 0, count: length)
                        for plane in 0..<grid.planes {
                            let source = vector.baseAddress! + (plane * area + start)
                            for index in 0..<length { shared[index] += source[index] }
                        }
                        let share = (common - apart) / Float(grid.planes)
                        for index in 0..<length { shared[index] *= share }
                        for plane in 0..<grid.planes {
                            let source = vector.baseAddress! + (plane * area + start)
                            let target = result.baseAddress! + (plane * area + start)
                            for index in 0..<length { target[index] = shared[index] + apart * source[index] }
                        }
                    }
                }
            }
            count = vector.count
        }
    }

    /// - Parameter apart: how far the neighbours are from each other.
    static func overNeighbours(_ vector: [Float], _ grid: Grid, apart: Int = 1) -> [Float] {
        let (height, width) = (grid.height, grid.width)
        let rows = max(1, VectorMath.chunkLength / max(width, 1))
        let parts = (grid.planes * height + rows - 1) / rows
        return [Float](unsafeUninitializedCapacity: vector.count) { result, count in
            Parallel.forEach(parts, sharing: result) { result, part, _ in
                vector.withUnsafeBufferPointer { vector in
                    let vector = vector.baseAddress!
                    let result = result.baseAddress!
                    var column = [Float](repeating: 0, count: width)
                    for index in part * rows..<min((part + 1) * rows, grid.planes * height) {
                        let y = index % height
                        let row = vector + index * width
                        let above = y >= apart ? row - apart * width : nil
                        let below = y + apart < height ? row + apart * width : nil
                        for x in 0..<width { column[x] = row[x] }
                        if let above { for x in 0..<width { column[x] += above[x] } }
                        if let below { for x in 0..<width { column[x] += below[x] } }
                        let share = 1 / Float(1 + (above == nil ? 0 : 1) + (below == nil ? 0 : 1))
                        average3(column, apart, share, to: result + index * width)
                    }
                }
            }
            count = vector.count
        }
    }

    /// Writes `share` times the mean of each value and those `apart` to its sides.
    private static func average3(
        _ column: [Float], _ apart: Int, _ share: Float, to mean: UnsafeMutablePointer<Float>
    ) {
        let width = column.count
        column.withUnsafeBufferPointer { column in
            guard let column = column.baseAddress else { return }
            func border(_ x: Int) {
                var (sum, count): (Float, Float) = (column[x], 1)
                if x >= apart { (sum, count) = (sum + column[x - apart], count + 1) }
                if x + apart < width { (sum, count) = (sum + column[x + apart], count + 1) }
                mean[x] = share * sum / count
            }
            let inner = min(apart, width)..<max(width - apart, min(apart, width))
            for x in 0..<inner.lowerBound { border(x) }
            let third = share / 3
            for x in inner { mean[x] = third * (column[x - apart] + column[x] + column[x + apart]) }
            for x in inner.upperBound..<width { border(x) }
        }
    }
}
