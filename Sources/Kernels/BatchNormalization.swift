import CNeuralKernels

/// Batch normalisation and ReLU, max(0, gamma (z - mean) / sqrt(variance + epsilon) + beta), with the mean and variance
/// of each channel over a batch (Ioffe and Szegedy 2015, arXiv:1502.03167).
public struct BatchNormalization: Sendable {
    public static let epsilon: Float = 1e-5

    public var gamma: [Float]
    public var beta: [Float]

    public init(channels: Int) {
        gamma = [Float](repeating: 1, count: channels)
        beta = [Float](repeating: 0, count: channels)
    }

    /// Of z, by channel.
    public struct Statistics: Equatable, Sendable {
        public var mean: [Float]
        public var variance: [Float]

        public init(mean: [Float], variance: [Float]) {
            self.mean = mean
            self.variance = variance
        }
    }

    /// What a backward pass gives besides the gradient with respect to z.
    public struct ParameterGradient: Sendable {
        public var gamma: [Float]
        public var beta: [Float]
    }

    /// - Parameters:
    ///   - output: of the shape of `input`.
    ///   - statistics: to normalise by; `nil` takes those of `input`.
    /// - Returns: the statistics that were normalised by.
    @discardableResult
    public func forward(
        _ input: FeatureMaps, to output: FeatureMaps, with statistics: Statistics? = nil, kernels: KernelSet
    ) -> Statistics {
        check(input, output)
        let statistics = statistics ?? Self.statistics(of: input, kernels: kernels)
        let (scale, shift) = scaleAndShift(statistics)
        let job = NormalizationForward(
            input: input.map, scale: scale.pointer, shift: shift.pointer, output: output.map)
        kernels.forEachTask(input.images * input.blocks, of: job) { job, index, _ in
            kernels.kernels.normalization_forward(job, Int32(index / input.blocks), Int32(index % input.blocks))
        }
        withExtendedLifetime((scale, shift)) {}
        return statistics
    }

    /// The mean and the variance of each channel over a batch.
    public static func statistics(of maps: FeatureMaps, kernels: KernelSet) -> Statistics {
        let sums = BlockSums(of: maps, maps.map, kernels) { kernels.kernels.channel_sums($0, $1, $2, $3, $4) }
        let count = Double(maps.pixelCount)
        var statistics = Statistics(mean: [], variance: [])
        for channel in 0..<maps.channels {
            let (sum, square) = sums.total(channel)
            statistics.mean.append(Float(sum / count))
            statistics.variance.append(Float(max(square / count - (sum / count) * (sum / count), 0)))
        }
        return statistics
    }

    /// - Parameters:
    ///   - gradient: with respect to `output` of the forward, the sum of one or two parts; `nil` is 0.
    ///   - statistics: of `input`, which the forward normalised by.
    ///   - inputGradient: of the shape of `input`.
    public func backward(
        _ gradient: FeatureMaps?, _ otherGradient: FeatureMaps? = nil, input: FeatureMaps, statistics: Statistics,
        to inputGradient: FeatureMaps, kernels: KernelSet
    ) -> ParameterGradient {
        for maps in [gradient, otherGradient, inputGradient] { if let maps { check(input, maps) } }
        let channels = input.channels
        let padded = input.blocks * 16
        let (scale, shift) = scaleAndShift(statistics)
        let (inverse, offset) = (AlignedBuffer(padded), AlignedBuffer(padded))
        for channel in 0..<channels {
            inverse.pointer[channel] = 1 / (statistics.variance[channel] + Self.epsilon).squareRoot()
            offset.pointer[channel] = -statistics.mean[channel] * inverse.pointer[channel]
        }
        let (mean, product) = (AlignedBuffer(padded), AlignedBuffer(padded))
        let job = NormalizationBackward(
            input: input.map, scale: scale.pointer, shift: shift.pointer, inverse: inverse.pointer,
            offset: offset.pointer, gradient: gradient?.map ?? FeatureMap(),
            other_gradient: otherGradient?.map ?? FeatureMap(), mean: mean.pointer, product: product.pointer,
            input_gradient: inputGradient.map)
        let sums = BlockSums(of: input, job, kernels) {
            kernels.kernels.normalization_backward_sums($0, $1, $2, $3, $4)
        }
        var result = ParameterGradient(gamma: [], beta: [])
        for channel in 0..<channels {
            let (sum, productSum) = sums.total(channel)
            result.beta.append(Float(sum))
            result.gamma.append(Float(productSum))
            mean.pointer[channel] = Float(sum / Double(input.pixelCount))
            product.pointer[channel] = Float(productSum / Double(input.pixelCount))
        }
        kernels.forEachTask(input.images * input.blocks, of: job) { job, index, _ in
            kernels.kernels.normalization_backward(job, Int32(index / input.blocks), Int32(index % input.blocks))
        }
        withExtendedLifetime((scale, shift, inverse, offset, mean, product)) {}
        return result
    }

    /// gamma / sqrt(variance + epsilon), and beta minus that times the mean.
    private func scaleAndShift(_ statistics: Statistics) -> (AlignedBuffer, AlignedBuffer) {
        let padded = (gamma.count + 15) / 16 * 16
        let (scale, shift) = (AlignedBuffer(padded), AlignedBuffer(padded))
        for channel in gamma.indices {
            scale.pointer[channel] = gamma[channel] / (statistics.variance[channel] + Self.epsilon).squareRoot()
            shift.pointer[channel] = beta[channel] - scale.pointer[channel] * statistics.mean[channel]
        }
        return (scale, shift)
    }

    private func check(_ input: FeatureMaps, _ other: FeatureMaps) {
        precondition(input.channels == gamma.count && other.channels == gamma.count && other.hasSides(of: input))
    }

    /// Two sums for each channel of each picture, and their totals.
    private struct BlockSums {
        let images: Int
        let blocks: Int
        let values: AlignedBuffer

        /// - Parameter body: writes both sums of a block of 16 channels of a picture.
        init<Job>(
            of maps: FeatureMaps, _ job: Job, _ kernels: KernelSet,
            _ body:
                @Sendable (
                    UnsafePointer<Job>, _ image: Int32, _ block: Int32, UnsafeMutablePointer<Float>,
                    UnsafeMutablePointer<Float>
                ) -> Void
        ) {
            let (blocks, values) = (maps.blocks, AlignedBuffer(maps.images * maps.blocks * 32))
            kernels.forEachTask(maps.images * blocks, of: job) { job, index, _ in
                let sums = values.pointer + index * 32
                body(job, Int32(index / blocks), Int32(index % blocks), sums, sums + 16)
            }
            (images, self.blocks, self.values) = (maps.images, blocks, values)
        }

        func total(_ channel: Int) -> (Double, Double) {
            var (first, second) = (0.0, 0.0)
            for image in 0..<images {
                let index = (image * blocks + channel / 16) * 32 + channel % 16
                first += Double(values.pointer[index])
                second += Double(values.pointer[index + 16])
            }
            return (first, second)
        }
    }
}
