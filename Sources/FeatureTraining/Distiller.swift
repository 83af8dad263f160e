import FeatureNetwork
import Foundation
import Kernels
import Numerics
import TrainingSessions

/// Distils a small network from a large one: the activations of each layer of the student, through a 1x1 convolution
/// and a ReLU of its own (a head), are to be those of the layer of the same name of the teacher (Wang et al. 2020,
/// arXiv:2003.08436). The heads are thrown away in the end.
public struct Distiller {
    public struct Settings: Codable, Equatable, Sendable {
        public var architecture = Architecture.standard
        /// The student's pools, whatever the teacher's are.
        public var pooling = Pooling.average
        /// How many steps there will be.
        public var steps = 2000
        /// Crops a step, and their edge.
        public var batch = 8
        public var edge = 128
        /// The largest rate. It rises for `warmUp` steps and then falls with half a cosine.
        public var learningRate: Float = 1e-3
        public var warmUp = 100
        public var seed: UInt64 = 1

        public init() {}
    }

    public internal(set) var settings: Settings
    public internal(set) var step = 0
    /// Of the teacher: 16 hexadecimal digits.
    public let teacherDigest: String
    var network: TrainableNetwork
    /// One a layer.
    var heads: [DistillationHead]
    let pass: TrainingPass
    let teacher: FeatureExtractor

    /// The share of the past in running statistics.
    private static let momentum: Float = 0.98

    /// Whether a student can learn from a teacher: it has the student's layers, and there is memory for both.
    ///
    /// - Throws: `DistillerError`.
    public static func check(_ settings: Settings, teacher: FeatureNetwork) throws {
        let layers = settings.architecture.layers
        for layer in layers where !teacher.layerNames.contains(layer.activations) {
            throw DistillerError.noSuchLayer(layer.activations, teacher: teacher.layerNames)
        }
        // Of the student five maps a layer; of its weights, what Adam keeps, both transforms, and the fit's normal
        // equations of the widest layer.
        var (share, maps, weights) = (1.0, 0.0, 0.0)
        for layer in layers {
            maps += share * Double(5 * ((layer.outputs + 15) / 16 * 16))
            weights += Double(9 * layer.inputs * layer.outputs) * 16
            if layer.isPooled { share /= 4 }
        }
        let widest = Double(9 * (layers.map(\.inputs).max() ?? 0) + 1)
        let taps = Set(layers.map(\.activations))
        let needed =
            Double(settings.batch * settings.edge * settings.edge) * (4 * maps + teacher.bytesPerPixel(upTo: taps))
            + 4 * weights + teacher.bytesOfWeights(upTo: taps) + 20 * widest * widest
        let available = Memory.available
        guard needed <= available else {
            throw DistillerError.needsMoreMemory(needed: needed, available: available)
        }
    }

    /// A student of random weights.
    ///
    /// - Throws: `DistillerError` when the teacher has not the student's layers, or there is not enough memory.
    public init(random settings: Settings, teacher: FeatureNetwork) throws {
        try Self.check(settings, teacher: teacher)
        self.settings = settings
        teacherDigest = teacher.digest
        let layers = settings.architecture.layers
        var generator = SplitMix64(seed: settings.seed)
        network = TrainableNetwork(settings.architecture, using: &generator)
        heads = layers.map {
            DistillationHead(
                inputs: $0.outputs, outputs: teacher.channels(of: $0.activations)!, using: &generator)
        }
        pass = TrainingPass(
            settings.architecture, pooling: settings.pooling, images: settings.batch, edge: settings.edge)
        self.teacher = FeatureExtractor(
            teacher, images: settings.batch, width: settings.edge, height: settings.edge,
            taps: Set(layers.map(\.activations)), for: .activations)
        for (i, layer) in layers.enumerated() {
            let (theirs, ours) = (self.teacher.activations(of: layer.activations), pass.activations(ofLayer: i))
            guard theirs.height == ours.height, theirs.width == ours.width else {
                throw DistillerError.otherSize(layer.activations)
            }
        }
    }

    /// The learning rate of a step, counted from 0.
    func rate(of step: Int) -> Float {
        cosineSchedule(
            peak: settings.learningRate, step: step, warmUp: max(1, min(settings.warmUp, settings.steps / 4)),
            phase: .pi * Float(step) / Float(settings.steps), fall: 1, to: 0.01)
    }

    /// Losses by layer: mean square differences over the teacher's deviation.
    public struct Losses: Codable, Equatable, Sendable {
        public var layers: [Double]

        /// Their mean, which is minimised.
        public var mean: Double { layers.reduce(0, +) / Double(layers.count) }
    }

    /// One step. The random numbers of a step follow from the seed and its number alone.
    ///
    /// - Throws: `DistillerError` when the loss or its gradient is no number any more; nothing has changed then.
    public mutating func step(on crops: CropSampler) throws -> Losses {
        var generator = SplitMix64(seed: settings.seed, stream: UInt64(step))
        let gradient = gradient(on: crops.batch(settings.batch, edge: settings.edge, using: &generator))
        guard gradient.isFinite else { throw DistillerError.diverged(step: step) }
        update(gradient)
        return gradient.losses
    }

    /// The losses on pictures that were not trained on, always the same crop of each, with the running statistics.
    public func losses(on crops: CropSampler) -> Losses {
        var generator = SplitMix64(seed: 0)
        var layers = [Double](repeating: 0, count: heads.count)
        let batches = (crops.sources.count + settings.batch - 1) / settings.batch
        for batch in 0..<batches {
            // The last batch begins again with the first pictures.
            let indices = (0..<settings.batch).map { (batch * settings.batch + $0) % crops.sources.count }
            let pixels = crops.batch(of: indices, edge: settings.edge, using: &generator)
            forward(pixels, usesRunning: true)
            for i in heads.indices {
                let loss = heads[i].match.loss(
                    student: pass.activations(ofLayer: i), teacher: targets(ofLayer: i), kernels: .best)
                layers[i] += loss / Double(batches)
            }
        }
        return Losses(layers: layers)
    }

    /// The gradient of the mean of the losses on a batch, and what else is seen there.
    struct Gradient {
        var layers: [TrainingPass.LayerGradient]
        var heads: [ActivationMatch.Gradient]
        var statistics: [BatchNormalization.Statistics]
        var losses: Losses { Losses(layers: heads.map(\.loss)) }

        var isFinite: Bool {
            losses.mean.isFinite
                && heads.allSatisfy { ($0.weights + $0.bias).allSatisfy(\.isFinite) }
                && layers.allSatisfy {
                    ($0.weights + $0.normalization.gamma + $0.normalization.beta).allSatisfy(\.isFinite)
                }
        }
    }

    /// - Parameter pixels: three planes of each crop, in 0...1.
    func gradient(on pixels: [Float]) -> Gradient {
        let statistics = forward(pixels, usesRunning: false)
        let matches = heads.enumerated().map { i, head in
            head.match.backward(
                student: pass.activations(ofLayer: i), teacher: targets(ofLayer: i), weight: 1 / Float(heads.count),
                studentGradient: pass.gradient(ofLayer: i), scratch: pass.scratch, kernels: .best)
        }
        return Gradient(layers: pass.backward(network), heads: matches, statistics: statistics)
    }

    /// Runs student and teacher.
    @discardableResult
    private func forward(_ pixels: [Float], usesRunning: Bool) -> [BatchNormalization.Statistics] {
        teacher.forward(pixels)
        return pass.forward(
            network, TrainableNetwork.standardized(pixels, edge: settings.edge), usesRunning: usesRunning)
    }

    /// The teacher's activations.
    private func targets(ofLayer index: Int) -> FeatureMaps {
        teacher.activations(of: settings.architecture.layers[index].activations)
    }

    private mutating func update(_ gradient: Gradient) {
        let optimizer = AdamW()
        let rate = rate(of: step)
        step += 1
        for (i, head) in gradient.heads.enumerated() {
            optimizer.update(&heads[i].weights, gradient: head.weights, rate: rate, step: step)
            optimizer.update(&heads[i].bias, gradient: head.bias, rate: rate, step: step)
        }
        func blend(_ running: inout [Float], _ new: [Float]) {
            for c in running.indices { running[c] = Self.momentum * running[c] + (1 - Self.momentum) * new[c] }
        }
        for (i, layer) in gradient.layers.enumerated() {
            optimizer.update(&network.layers[i].weights, gradient: layer.weights, rate: rate, step: step)
            optimizer.update(&network.layers[i].gamma, gradient: layer.normalization.gamma, rate: rate, step: step)
            optimizer.update(&network.layers[i].beta, gradient: layer.normalization.beta, rate: rate, step: step)
            blend(&network.layers[i].running.mean, gradient.statistics[i].mean)
            blend(&network.layers[i].running.variance, gradient.statistics[i].variance)
        }
    }
}

/// What leads from a layer of the student to the teacher's: a 1x1 convolution.
struct DistillationHead: Sendable {
    /// [output][input]
    var weights: Parameter
    var bias: Parameter
    /// What the teacher's activations are divided by, by channel.
    var scale: [Float]

    init(inputs: Int, outputs: Int, using generator: inout SplitMix64) {
        let bound = 1 / Float(inputs).squareRoot()
        weights = Parameter(
            (0..<outputs * inputs).map { _ in (2 * generator.nextUnit() - 1) * bound }, decays: true)
        bias = Parameter([Float](repeating: 0, count: outputs), decays: false)
        scale = [Float](repeating: 1, count: outputs)
    }

    var match: ActivationMatch { ActivationMatch(weights: weights.values, bias: bias.values, scale: scale) }
}
