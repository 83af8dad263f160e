import Foundation
import Kernels

/// A linear classifier of pictures by the mean and the deviation of every channel of a layer.
///
/// With x = (means, deviations) of a picture, brought to mean 0 and variance 1 by layer normalisation (Ba, Kiros and
/// Hinton 2016, arXiv:1607.06450), the logits are W x + b.
struct ClassificationHead: Sendable {
    private static let epsilon: Float = 1e-5

    let channels: Int
    let classes: Int
    /// [class][means, then deviations]
    var weights: Parameter
    var bias: Parameter

    init(channels: Int, classes: Int, using generator: inout SplitMix64) {
        self.channels = channels
        self.classes = classes
        let bound = 1 / Float(2 * channels).squareRoot()
        weights = Parameter(
            (0..<classes * 2 * channels).map { _ in (2 * generator.nextUnit() - 1) * bound }, decays: true)
        bias = Parameter([Float](repeating: 0, count: classes), decays: false)
    }

    /// What a picture looks like to the head: x. [image][means, then deviations]
    static func descriptors(_ statistics: BatchNormalization.Statistics, channels: Int) -> [[Float]] {
        (0..<statistics.resultMean.count / channels).map { normalized(raw(statistics, channels, image: $0)).x }
    }

    private static func raw(_ statistics: BatchNormalization.Statistics, _ channels: Int, image: Int) -> [Float] {
        let range = image * channels..<(image + 1) * channels
        return statistics.resultMean[range] + statistics.resultVariance[range].map { ($0 + epsilon).squareRoot() }
    }

    private static func normalized(_ values: [Float]) -> (x: [Float], inverse: Float) {
        let mean = values.reduce(0, +) / Float(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)
        let inverse = 1 / (variance + epsilon).squareRoot()
        return (values.map { ($0 - mean) * inverse }, inverse)
    }

    struct Result {
        /// The mean cross-entropy, and the share of pictures whose class has the largest logit.
        var loss: Double
        var accuracy: Double
        /// Of `weight` times the loss.
        var weights: [Float]
        var bias: [Float]
        var statistics: BatchNormalization.StatisticsGradient
    }

    /// The cross-entropy with smoothed labels (Szegedy et al. 2015, arXiv:1512.00567) and its gradients.
    ///
    /// - Parameters:
    ///   - pixelCount: of a picture at the head's layer.
    ///   - smoothing: the share of a label that is spread over all classes.
    ///   - weight: of the loss, in the gradients.
    func backward(
        _ statistics: BatchNormalization.Statistics, pixelCount: Int, labels: [Int], smoothing: Float, weight: Float,
        kernels: KernelSet
    ) -> Result {
        let (images, features) = (labels.count, 2 * channels)
        let raw = (0..<images).map { Self.raw(statistics, channels, image: $0) }
        let normalized = raw.map(Self.normalized)
        let x = Matrix(rows: images, columns: features, values: normalized.flatMap(\.x))
        let transposed = Matrix(rows: features, columns: images)
        for image in 0..<images { for k in 0..<features { transposed[k, image] = normalized[image].x[k] } }
        let matrix = Matrix(rows: classes, columns: features, values: weights.values)

        // Logits, then the gradient with respect to them: [class][image].
        let logits = matrix.times(transposed, kernels: kernels)
        var losses = [(loss: Double, isRight: Bool)](repeating: (0, false), count: images)
        losses.withUnsafeMutableBufferPointer { losses in
            nonisolated(unsafe) let losses = losses
            Parallel.forEach(images) { image, _ in
                losses[image] = replaceByGradient(
                    logits, image: image, label: labels[image], smoothing: smoothing, scale: weight / Float(images))
            }
        }
        let dx = logits.transposedTimes(matrix, kernels: kernels)
        let dWeights = logits.times(x, kernels: kernels)
        let dBias = (0..<classes).map { c in (0..<images).reduce(Float(0)) { $0 + logits[c, $1] } }

        var (constant, slope) = ([Float](), [Float]())
        for image in 0..<images {
            let (values, inverse) = normalized[image]
            let g = (0..<features).map { dx[image, $0] }
            let mean = g.reduce(0, +) / Float(features)
            let product = zip(g, values).reduce(0) { $0 + $1.0 * $1.1 } / Float(features)
            let dRaw = (0..<features).map { inverse * (g[$0] - mean - values[$0] * product) }
            // The mean is sum a / n, the deviation's gradient (a - mean) / (n deviation).
            for c in 0..<channels {
                let deviation = raw[image][channels + c]
                let rise = dRaw[channels + c] / (deviation * Float(pixelCount))
                slope.append(rise)
                constant.append(dRaw[c] / Float(pixelCount) - rise * raw[image][c])
            }
        }
        return Result(
            loss: losses.reduce(0) { $0 + $1.loss } / Double(images),
            accuracy: Double(losses.count(where: \.isRight)) / Double(images),
            weights: dWeights.values, bias: dBias, statistics: .init(constant: constant, slope: slope))
    }

    private func replaceByGradient(
        _ logits: Matrix, image: Int, label: Int, smoothing: Float, scale: Float
    ) -> (loss: Double, isRight: Bool) {
        var (largest, best) = (-Float.infinity, 0)
        for c in 0..<classes {
            logits[c, image] += bias.values[c]
            if logits[c, image] > largest { (largest, best) = (logits[c, image], c) }
        }
        var (total, sum) = (Double(0), Double(0))
        for c in 0..<classes {
            total += Double(exp(logits[c, image] - largest))
            sum += Double(logits[c, image])
        }
        let logTotal = Double(largest) + log(total)
        let share = Double(smoothing)
        let loss = logTotal - (1 - share) * Double(logits[label, image]) - share * sum / Double(classes)
        let shift = Float(logTotal)
        for c in 0..<classes {
            let target = (c == label ? 1 - smoothing : 0) + smoothing / Float(classes)
            logits[c, image] = scale * (exp(logits[c, image] - shift) - target)
        }
        return (loss, best == label)
    }
}
