import CNeuralKernels

/// Batch normalisation and ReLU, max(0, gamma (z - mean) / sqrt(variance + epsilon) + beta), with the mean and variance
/// of each channel over a batch (Ioffe and Szegedy 2015, arXiv:1502.03167); a 2x2 average pool may follow.
public struct BatchNormalization: Sendable {
    public static let epsilon: Float = 1e-5

    public var gamma: [Float]
    public var beta: [Float]

    public init(channels: Int) {
        gamma = [Float](repeating: 1, count: channels)
        beta = [Float](repeating: 0, count: channels)
    }

    /// What a forward pass leaves for the way back and for those who look at the result.
    public struct Statistics: Sendable {
        /// Of z over the batch, by channel.
        public var mean: [Float]
        public var variance: [Float]
        /// The mean and the variance of the result, before any pool, over each picture: [image][channel].
        public var resultMean: [Float]
        public var resultVariance: [Float]
    }

    /// What a backward pass gives besides the gradient with respect to z.
    public struct ParameterGradient: Sendable {
        public var gamma: [Float]
        public var beta: [Float]
    }

    /// - Parameter output: of the sides of `input`, or of half of them for the average.
    public func forward(_ input: FeatureMaps, to output: FeatureMaps, kernels: KernelSet) -> Statistics {
        check(input, output)
        let channels = input.channels
        let sums = Self.blockSums(of: input) { image, block, sum, square in
            var map = input.map
            kernels.kernels.channel_sums(&map, image, block, sum, square)
        }
        let count = Double(input.pixelCount)
        var (mean, variance) = ([Float](repeating: 0, count: channels), [Float](repeating: 0, count: channels))
        for channel in 0..<channels {
            let (sum, square) = sums.total(channel)
            mean[channel] = Float(sum / count)
            variance[channel] = Float(max(square / count - (sum / count) * (sum / count), 0))
        }
        let (scale, shift) = scaleAndShift(mean, variance)
        let results = Self.blockSums(of: input) { image, block, sum, square in
            var job = NormalizationForward(
                input: input.map, scale: scale.pointer, shift: shift.pointer, output: output.map)
            kernels.kernels.normalization_forward(&job, image, block, sum, square)
        }
        let perImage = Float(input.height * input.width)
        var statistics = Statistics(mean: mean, variance: variance, resultMean: [], resultVariance: [])
        for image in 0..<input.images {
            for channel in 0..<channels {
                let (sum, square) = results[image, channel]
                let mean = sum / perImage
                statistics.resultMean.append(mean)
                statistics.resultVariance.append(max(square / perImage - mean * mean, 0))
            }
        }
        return statistics
    }

    /// A gradient constant + slope a with respect to the result a, by picture and channel: that of a function of each
    /// picture's means and variances. [image][channel]
    public struct StatisticsGradient: Sendable {
        public var constant: [Float]
        public var slope: [Float]

        public init(constant: [Float], slope: [Float]) {
            self.constant = constant
            self.slope = slope
        }
    }

    /// - Parameters:
    ///   - gradient: with respect to `output` of the forward; `nil` for 0.
    ///   - besides: another with respect to the result before any pool.
    ///   - inputGradient: of the shape of `input`.
    public func backward(
        _ gradient: FeatureMaps?, _ besides: StatisticsGradient?, input: FeatureMaps, statistics: Statistics,
        to inputGradient: FeatureMaps, kernels: KernelSet
    ) -> ParameterGradient {
        if let gradient { check(input, gradient) }
        precondition(inputGradient.channels == input.channels && inputGradient.hasSides(of: input))
        let channels = input.channels
        let padded = input.blocks * 16
        let (scale, shift) = scaleAndShift(statistics.mean, statistics.variance)
        let (inverse, offset) = (AlignedBuffer(padded), AlignedBuffer(padded))
        for channel in 0..<channels {
            inverse.pointer[channel] = 1 / (statistics.variance[channel] + Self.epsilon).squareRoot()
            offset.pointer[channel] = -statistics.mean[channel] * inverse.pointer[channel]
        }
        func spread(_ values: [Float]) -> AlignedBuffer {
            let buffer = AlignedBuffer(input.images * padded)
            for image in 0..<input.images {
                for channel in 0..<channels {
                    buffer.pointer[image * padded + channel] = values[image * channels + channel]
                }
            }
            return buffer
        }
        let constant = besides.map { spread($0.constant) }
        let slope = besides.map { spread($0.slope) }
        let (mean, product) = (AlignedBuffer(padded), AlignedBuffer(padded))
        let job = NormalizationBackward(
            input: input.map, scale: scale.pointer, shift: shift.pointer, inverse: inverse.pointer,
            offset: offset.pointer, gradient: gradient?.map ?? FeatureMap(), constant: constant?.pointer,
            slope: slope?.pointer, mean: mean.pointer, product: product.pointer, input_gradient: inputGradient.map)
        nonisolated(unsafe) let shared = job
        let sums = Self.blockSums(of: input) { image, block, sum, product in
            var job = shared
            kernels.kernels.normalization_backward_sums(&job, image, block, sum, product)
        }
        var result = ParameterGradient(gamma: [], beta: [])
        for channel in 0..<channels {
            let (sum, productSum) = sums.total(channel)
            result.beta.append(Float(sum))
            result.gamma.append(Float(productSum))
            mean.pointer[channel] = Float(sum / Double(input.pixelCount))
            product.pointer[channel] = Float(productSum / Double(input.pixelCount))
        }
        Parallel.forEach(input.images * input.blocks) { index, _ in
            var job = shared
            kernels.kernels.normalization_backward(&job, Int32(index / input.blocks), Int32(index % input.blocks))
        }
        withExtendedLifetime((scale, shift, inverse, offset, constant, slope, mean, product)) {}
        return result
    }

    /// gamma / sqrt(variance + epsilon), and beta minus that times the mean.
    private func scaleAndShift(_ mean: [Float], _ variance: [Float]) -> (AlignedBuffer, AlignedBuffer) {
        let padded = (gamma.count + 15) / 16 * 16
        let (scale, shift) = (AlignedBuffer(padded), AlignedBuffer(padded))
        for channel in gamma.indices {
            scale.pointer[channel] = gamma[channel] / (variance[channel] + Self.epsilon).squareRoot()
            shift.pointer[channel] = beta[channel] - scale.pointer[channel] * mean[channel]
        }
        return (scale, shift)
    }

    private func check(_ input: FeatureMaps, _ output: FeatureMaps) {
        precondition(input.channels == gamma.count && output.channels == gamma.count)
        precondition(
            output.hasSides(of: input)
                || (output.isHalf(of: input) && input.height % 2 == 0 && input.width % 2 == 0))
    }

    // MARK: - Sums

    /// Two sums for each channel of each picture.
    private struct BlockSums {
        let images: Int
        let blocks: Int
        var values: [Float]

        subscript(image: Int, channel: Int) -> (Float, Float) {
            let index = (image * blocks + channel / 16) * 32 + channel % 16
            return (values[index], values[index + 16])
        }

        func total(_ channel: Int) -> (Double, Double) {
            var (first, second) = (0.0, 0.0)
            for image in 0..<images {
                let (a, b) = self[image, channel]
                first += Double(a)
                second += Double(b)
            }
            return (first, second)
        }
    }

    private static func blockSums(
        of maps: FeatureMaps,
        _ body: (Int32, Int32, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    ) -> BlockSums {
        let (images, blocks) = (maps.images, maps.blocks)
        let values = [Float](unsafeUninitializedCapacity: images * blocks * 32) { values, count in
            nonisolated(unsafe) let start = values.baseAddress!
            Parallel.forEach(images * blocks) { index, _ in
                body(Int32(index / blocks), Int32(index % blocks), start + index * 32, start + index * 32 + 16)
            }
            count = images * blocks * 32
        }
        return BlockSums(images: images, blocks: blocks, values: values)
    }
}
