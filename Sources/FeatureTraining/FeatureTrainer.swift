import Foundation
import Kernels

/// Trains a feature network to tell which class, or which picture, a crop was taken from.
///
/// A head on every block reads the class off the mean and the deviation of each channel, which is what style is
/// compared by: instance discrimination (Dosovitskiy et al. 2014, arXiv:1406.6909) where every picture is a class of its
/// own.
public struct FeatureTrainer {
    public struct Settings: Codable, Equatable, Sendable {
        public var architecture = Architecture.standard
        /// How many steps there will be.
        public var steps = 2000
        /// Crops a step, and their edge.
        public var batch = 48
        public var edge = 96
        /// The largest rate. It rises for `warmUp` steps and then falls with half a cosine (Loshchilov and Hutter 2016,
        /// arXiv:1608.03983).
        public var learningRate: Float = 1e-3
        public var warmUp = 200
        public var labelSmoothing: Float = 0.05
        public var seed: UInt64 = 1

        public init() {}
    }

    public let settings: Settings
    public let classCount: Int
    public internal(set) var step = 0
    var network: TrainableNetwork
    /// One on the last layer of each block, by the layer's index.
    var heads: [(layer: Int, head: ClassificationHead)]
    let pass: TrainingPass

    /// The share of the past in running statistics.
    private static let momentum: Float = 0.98

    public init(_ settings: Settings, classCount: Int) {
        self.settings = settings
        self.classCount = classCount
        var generator = SplitMix64(seed: settings.seed)
        network = TrainableNetwork(settings.architecture, using: &generator)
        heads = []
        for (i, layer) in settings.architecture.layers.enumerated() where layer.endsBlock {
            heads.append((i, ClassificationHead(channels: layer.outputs, classes: classCount, using: &generator)))
        }
        pass = TrainingPass(settings.architecture, images: settings.batch, edge: settings.edge)
    }

    /// The weights of the heads' losses, from the first block to the last: most for the last.
    private var headWeights: [Float] {
        let fromTheTop: [Float] = [1, 0.3, 0.2]
        return heads.indices.map { i in
            let depth = heads.count - 1 - i
            return depth < fromTheTop.count ? fromTheTop[depth] : 0.15
        }
    }

    /// The learning rate of a step, counted from 0.
    func rate(of step: Int) -> Float {
        let warm = min(1, Float(step + 1) / Float(max(1, min(settings.warmUp, settings.steps / 4))))
        return settings.learningRate * warm * (0.5 * (1 + cos(.pi * Float(step) / Float(settings.steps))) + 0.01)
    }

    public struct Report: Sendable {
        /// The weighted sum of the heads' losses.
        public var loss: Double
        /// Of each head, from the first block to the last.
        public var accuracies: [Double]
    }

    /// One step. The random numbers of a step follow from the seed and its number alone.
    public mutating func step(on crops: CropSampler) -> Report {
        precondition(crops.classCount == classCount)
        var generator = SplitMix64(seed: settings.seed, stream: UInt64(step))
        let batch = crops.batch(settings.batch, edge: settings.edge, using: &generator)
        let gradient = gradient(on: batch)
        update(gradient)
        return gradient.report
    }

    /// The gradient of the loss on a batch, and what else is seen there.
    struct Gradient {
        var layers: [TrainingPass.LayerGradient]
        var heads: [ClassificationHead.Result]
        var statistics: [BatchNormalization.Statistics]
        var report: Report
    }

    func gradient(on batch: CropSampler.Batch) -> Gradient {
        let statistics = pass.forward(network, batch.pixels)
        let weights = headWeights
        let results = heads.indices.map { i in
            heads[i].head.backward(
                statistics[heads[i].layer], pixelCount: pass.pixelCount(ofLayer: heads[i].layer), labels: batch.labels,
                smoothing: settings.labelSmoothing, weight: weights[i], kernels: .best)
        }
        let losses = Dictionary(uniqueKeysWithValues: zip(heads.map(\.layer), results.map(\.statistics)))
        return Gradient(
            layers: pass.backward(network, losses), heads: results, statistics: statistics,
            report: Report(
                loss: zip(weights, results).reduce(0) { $0 + Double($1.0) * $1.1.loss },
                accuracies: results.map(\.accuracy)))
    }

    private mutating func update(_ gradient: Gradient) {
        let optimizer = AdamW()
        let rate = rate(of: step)
        step += 1
        for (i, head) in gradient.heads.enumerated() {
            optimizer.update(&heads[i].head.weights, gradient: head.weights, rate: rate, step: step)
            optimizer.update(&heads[i].head.bias, gradient: head.bias, rate: rate, step: step)
        }
        let keep = min(Self.momentum, 1 - 1 / Float(step))
        func blend(_ running: inout [Float], _ new: [Float]) {
            for c in running.indices { running[c] = keep * running[c] + (1 - keep) * new[c] }
        }
        for (i, layer) in gradient.layers.enumerated() {
            optimizer.update(&network.layers[i].weights, gradient: layer.weights, rate: rate, step: step)
            optimizer.update(&network.layers[i].gamma, gradient: layer.normalization.gamma, rate: rate, step: step)
            optimizer.update(&network.layers[i].beta, gradient: layer.normalization.beta, rate: rate, step: step)
            blend(&network.layers[i].runningMean, gradient.statistics[i].mean)
            blend(&network.layers[i].runningVariance, gradient.statistics[i].variance)
        }
    }
}
