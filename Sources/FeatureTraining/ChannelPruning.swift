import FeatureNetwork
import Kernels
import Numerics

extension Distiller {
    /// A student that begins as a fit of its teacher, which spares it hours (after He et al. 2017, Channel Pruning,
    /// arXiv:1707.06168).
    ///
    /// Each layer takes some of the teacher's channels, one after the other the one that those before it explain least,
    /// and makes each, before its ReLU, the least-squares linear function of 3x3 neighbourhoods of what the student has
    /// below; its heads are least squares too.
    ///
    /// - Parameter onLayer: called with what share of the teacher's variance each layer leaves unexplained, of the
    ///   places it was fitted to; its answer says whether to carry on.
    /// - Returns: `nil` when that was not to be.
    /// - Throws: `DistillerError`.
    public static func fitted(
        _ settings: Settings, to teacher: FeatureNetwork, on crops: CropSampler,
        onLayer: (_ layer: String, _ unexplained: Double) -> Bool = { _, _ in true }
    ) throws -> Distiller? {
        var distiller = try Distiller(random: settings, teacher: teacher)
        for (i, layer) in settings.architecture.layers.enumerated() {
            let unexplained = try distiller.fit(layer, at: i, to: teacher, on: crops)
            guard onLayer(layer.name, unexplained) else { return nil }
        }
        return distiller
    }

    /// At least so many crops are looked at, and so many places in each on average.
    private static let (cropCount, placesPerCrop) = (128, 256)

    private mutating func fit(
        _ layer: Architecture.Layer, at index: Int, to teacher: FeatureNetwork, on crops: CropSampler
    ) throws -> Double {
        let (batch, edge) = (settings.batch, settings.edge)
        let batches = (Self.cropCount + batch - 1) / batch
        let placesPerBatch = Self.cropCount * Self.placesPerCrop / batches
        let channels = teacher.channels(of: layer.activations)!
        let extractor = FeatureExtractor(
            teacher, images: batch, width: edge, height: edge, taps: [layer.activations], for: .preactivations)
        func seen(_ number: Int) -> (pixels: [Float], places: [Place]) {
            var generator = SplitMix64(seed: settings.seed, stream: .max - UInt64(number))
            let pixels = crops.batch(batch, edge: edge, using: &generator)
            let maps = pass.activations(ofLayer: index)
            let places = (0..<placesPerBatch).map { _ in
                Place(
                    image: Int(generator.next() % UInt64(batch)), y: Int(generator.next() % UInt64(maps.height)),
                    x: Int(generator.next() % UInt64(maps.width)))
            }
            return (pixels, places)
        }

        var convolution = LeastSquares(inputs: 9 * layer.inputs, outputs: channels)
        var targets: [Matrix] = []
        for number in 0..<batches {
            let (pixels, places) = seen(number)
            let standardized = TrainableNetwork.standardized(pixels, edge: edge)
            if index > 0 { pass.forward(network, standardized, layers: index, usesRunning: true) }
            extractor.forward(pixels)
            let target = extractor.activations(of: layer.activations).values(at: places)
            guard target.values.allSatisfy({ $0.magnitude < 1e15 }) else {
                throw DistillerError.notFinite(layer: layer.activations)
            }
            let neighbourhoods =
                index > 0
                ? pass.output(of: index - 1).neighbourhoods(at: places)
                : FeatureMaps(standardized, images: batch, edge: edge).neighbourhoods(at: places)
            convolution.add(neighbourhoods, target)
            targets.append(target)
        }

        let activations = PositiveMoments(targets, columns: channels)
        // A channel that hardly ever fires counts for little, but not for nothing.
        let floor = activations.typicalDeviation / 20
        heads[index].scale = activations.deviation.map { Float(max($0, floor)) }
        let chosen = activations.mostTelling(layer.outputs)
        setConvolution(convolution, chosen: chosen, at: index)

        var head = LeastSquares(inputs: layer.outputs, outputs: channels)
        let scale = heads[index].scale
        for number in 0..<batches {
            let (pixels, places) = seen(number)
            pass.forward(
                network, TrainableNetwork.standardized(pixels, edge: edge), layers: index + 1, usesRunning: true)
            let target = Matrix(rows: places.count, columns: channels)
            for row in places.indices {
                for c in 0..<channels { target[row, c] = max(0, targets[number][row, c]) / scale[c] }
            }
            head.add(pass.activations(ofLayer: index).values(at: places), target)
        }
        let solution = head.solution(for: Array(0..<channels))
        heads[index].weights.values = solution.weights.map { Float($0) }
        heads[index].bias.values = solution.constant.map { Float($0) }
        return head.unexplained(solution)
    }

    /// Makes a layer's channels those of the teacher that were chosen, each over its deviation.
    private mutating func setConvolution(_ fit: LeastSquares, chosen: [Int], at index: Int) {
        let solution = fit.solution(for: chosen)
        let (mean, variance) = fit.moments(of: solution)
        for o in 0..<settings.architecture.layers[index].outputs {
            // There may be more channels than the teacher has: the rest stay random, and their scale 1.
            guard o < chosen.count else { break }
            let deviation = max(variance[o], 1e-12).squareRoot()
            let taps = fit.inputs
            for k in 0..<taps {
                network.layers[index].weights.values[o * taps + k] = Float(solution.weights[o * taps + k] / deviation)
            }
            network.layers[index].running.mean[o] = Float((mean[o] - solution.constant[o]) / deviation)
            network.layers[index].running.variance[o] = 1
            network.layers[index].beta.values[o] = Float(mean[o] / deviation)
        }
    }
}

/// A pixel of one picture of a batch.
private struct Place {
    var image: Int
    var y: Int
    var x: Int
}

extension FeatureMaps {
    /// Planes of a batch of square pictures, as maps.
    fileprivate convenience init(_ planes: [Float], images: Int, edge: Int) {
        self.init(images: images, channels: 3, height: edge, width: edge)
        for image in 0..<images {
            for c in 0..<3 {
                for y in 0..<edge {
                    for x in 0..<edge {
                        self[c, image * edge + y, x] = planes[((image * 3 + c) * edge + y) * edge + x]
                    }
                }
            }
        }
    }

    /// [place][channel]
    fileprivate func values(at places: [Place]) -> Matrix {
        let matrix = Matrix(rows: places.count, columns: channels)
        for (row, place) in places.enumerated() {
            for c in 0..<channels { matrix[row, c] = self[c, place.image * height + place.y, place.x] }
        }
        return matrix
    }

    /// [place][channel][3][3], the border replicated.
    fileprivate func neighbourhoods(at places: [Place]) -> Matrix {
        let matrix = Matrix(rows: places.count, columns: 9 * channels)
        for (row, place) in places.enumerated() {
            for tap in 0..<9 {
                let y = min(max(place.y + tap / 3 - 1, 0), height - 1)
                let x = min(max(place.x + tap % 3 - 1, 0), width - 1)
                for c in 0..<channels { matrix[row, 9 * c + tap] = self[c, place.image * height + y, x] }
            }
        }
        return matrix
    }
}

/// What can be said of channels after a ReLU from samples of them before.
private struct PositiveMoments {
    let deviation: [Double]
    /// The root of the mean variance.
    let typicalDeviation: Double
    private let covariance: [Double]

    init(_ samples: [Matrix], columns: Int) {
        var (sum, products) = ([Double](repeating: 0, count: columns), [Double](repeating: 0, count: columns * columns))
        var count = 0.0
        for matrix in samples {
            let positive = Matrix(rows: matrix.rows, columns: columns, values: matrix.values.map { max(0, $0) })
            for (i, value) in positive.transposedTimes(positive, kernels: .best).values.enumerated() {
                products[i] += Double(value)
            }
            for (i, value) in positive.values.enumerated() { sum[i % columns] += Double(value) }
            count += Double(matrix.rows)
        }
        for i in 0..<columns {
            for j in 0..<columns { products[i * columns + j] -= sum[i] * sum[j] / count }
        }
        covariance = products.map { $0 / count }
        let variance = (0..<columns).map { [covariance] in max(0, covariance[$0 * columns + $0]) }
        deviation = variance.map { $0.squareRoot() }
        typicalDeviation = max((variance.reduce(0, +) / Double(columns)).squareRoot(), 1e-6)
    }

    /// So many channels, or all there are, each the one that those before it explain least: the pivots of a Cholesky
    /// factorisation of their correlations.
    func mostTelling(_ count: Int) -> [Int] {
        let n = deviation.count
        let floor = 0.2 * deviation.reduce(0, +) / Double(n) + 1e-12
        let scale = deviation.map { max($0, floor) }
        var rest = (0..<n * n).map { covariance[$0] / (scale[$0 / n] * scale[$0 % n]) }
        return (0..<min(count, n)).map { _ in
            let pivot = (0..<n).max { rest[$0 * n + $0] < rest[$1 * n + $1] }!
            defer { rest[pivot * n + pivot] = -.infinity }
            let row = Array(rest[pivot * n..<(pivot + 1) * n])
            // What is left of one explained already is rounding, and would only be made more of.
            guard row[pivot] > 1e-6 else { return pivot }
            for i in 0..<n where row[i] != 0 && rest[i * n + i] > -.infinity {
                let factor = row[i] / row[pivot]
                for j in 0..<n { rest[i * n + j] -= factor * row[j] }
            }
            return pivot
        }
    }
}
