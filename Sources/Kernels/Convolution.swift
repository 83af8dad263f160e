import CNeuralKernels
import Numerics

/// What a convolution finds beyond the border of its input.
public enum Padding: String, Sendable {
    /// The nearest pixel of the border.
    case replicate
    case zeros
    /// The picture mirrored at the pixels of its border, which are not repeated; beyond a single row or column lies
    /// itself. There is a forward direction alone.
    case reflect

    var inKernels: ConvolutionPadding {
        switch self {
        case .replicate: PADDING_REPLICATE
        case .zeros: PADDING_ZEROS
        case .reflect: PADDING_REFLECT
        }
    }
}

/// A 3x3 convolution with padding, bias and ReLU, by Winograd F(4x4,3x3).
public struct Convolution: Sendable {
    public let inputs: Int
    public let outputs: Int
    public var padding: Padding
    private let forwardWeights: WinogradWeights
    private let backwardWeights: WinogradWeights
    private let bias: AlignedBuffer

    /// - Parameters:
    ///   - weights: [output][input][3][3].
    ///   - bias: [output].
    public init(inputs: Int, outputs: Int, weights: [Float], bias: [Float], padding: Padding = .replicate) {
        precondition(weights.count == inputs * outputs * 9 && bias.count == outputs)
        self.inputs = inputs
        self.outputs = outputs
        self.padding = padding
        forwardWeights = WinogradWeights(weights, inputs: inputs, outputs: outputs, isTransposed: false)
        backwardWeights = WinogradWeights(weights, inputs: inputs, outputs: outputs, isTransposed: true)
        self.bias = AlignedBuffer(bias + [Float](repeating: 0, count: (outputs + 15) / 16 * 16 - outputs))
    }

    /// What a forward pass keeps.
    public struct Outputs {
        /// The activations, when something needs them.
        public var activation: FeatureMaps?
        /// Their 2x2 averages or maxima, when a pool follows.
        public var pool: FeatureMaps?
        public var pooling: Pooling
        /// Where the gradient passes, for a way back that cannot tell from the activations.
        public var mask: ReLUMask?

        public init(
            activation: FeatureMaps? = nil, pool: FeatureMaps? = nil, pooling: Pooling = .average, mask: ReLUMask? = nil
        ) {
            precondition(pool == nil || pooling != .blur, "a blur reaches over tiles")
            precondition(mask == nil || mask!.pooling == pooling)
            self.activation = activation
            self.pool = pool
            self.pooling = pooling
            self.mask = mask
        }
    }

    /// - Parameter isLinear: whether to leave out the ReLU; then only the activations can be kept.
    public func forward(
        _ input: FeatureMaps, to outputs: Outputs, isLinear: Bool = false, scratch: Scratch, kernels: KernelSet
    ) {
        precondition(input.channels == inputs)
        precondition(!isLinear || (outputs.activation != nil && outputs.pool == nil && outputs.mask == nil))
        precondition(outputs.mask == nil || input.images == 1)
        if let activation = outputs.activation {
            precondition(activation.channels == self.outputs && activation.hasSides(of: input))
        }
        if let pool = outputs.pool { precondition(pool.channels == self.outputs && pool.isHalf(of: input)) }
        let blocks = (self.outputs + 15) / 16
        precondition(outputs.mask == nil || outputs.pooling != .max || outputs.pool != nil)
        if let mask = outputs.mask { precondition(mask.count == blocks * input.pixelCount) }

        let tiles =
            input.images * Int(winograd_forward_tiles(Int32(input.width)) * winograd_forward_tiles(Int32(input.height)))
        let perTask = tilesPerTask(of: tiles, blocks: input.blocks, kernels: kernels)
        // The shape is that of the output even when its values are not kept.
        var output =
            outputs.activation?.map
            ?? FeatureMap(data: nil, blocks: 0, height: Int32(input.height), width: Int32(input.width), plane: 0)
        output.blocks = Int32(blocks)
        let job = WinogradForward(
            input: input.map, weights: forwardWeights.transformed.pointer, bias: bias.pointer, output: output,
            pool: outputs.pool?.map ?? FeatureMap(), mask: outputs.mask?.bits,
            pools_largest: outputs.pooling == .max ? 1 : 0, padding: padding.inKernels,
            is_linear: isLinear ? 1 : 0, images: Int32(input.images), tiles_per_task: Int32(perTask))
        let buffers = scratch.buffers(of: winograd_scratch_size(Int32(input.blocks), Int32(blocks), Int32(perTask)))
        kernels.forEachTask((tiles + perTask - 1) / perTask, of: job) { job, task, worker in
            kernels.kernels.winograd_forward(job, Int32(task), buffers[worker].pointer)
        }
    }

    /// The gradient with respect to the input.
    ///
    /// - Parameters:
    ///   - gradient: with respect to the output before its ReLU; with `mask`, with respect to the output's 2x2 pool.
    ///   - activation: the input, when it comes from a ReLU whose mask is to be applied.
    public func backward(
        _ gradient: FeatureMaps, unpooledBy mask: ReLUMask? = nil, to inputGradient: FeatureMaps,
        maskedBy activation: FeatureMaps? = nil, scratch: Scratch, kernels: KernelSet
    ) {
        precondition(padding != .reflect, "there is no way back through a reflected border")
        precondition(gradient.channels == outputs && inputGradient.channels == inputs)
        if let mask {
            precondition(inputGradient.images == 1 && gradient.isHalf(of: inputGradient))
            precondition(mask.count == gradient.blocks * inputGradient.pixelCount)
        } else {
            precondition(gradient.hasSides(of: inputGradient))
        }
        if let activation {
            precondition(activation.channels == inputs && activation.hasSides(of: inputGradient))
        }
        let width = Int32(inputGradient.width)
        let height = Int32(inputGradient.height)
        let tiles = inputGradient.images * Int(winograd_backward_tiles(width) * winograd_backward_tiles(height))
        let perTask = tilesPerTask(of: tiles, blocks: gradient.blocks, kernels: kernels)
        let job = WinogradBackward(
            gradient: gradient.map, mask: mask?.bits, weights: backwardWeights.transformed.pointer,
            input_gradient: inputGradient.map, activation: activation?.buffer.pointer,
            share: mask?.pooling == .max ? 1 : 0.25, pads_zeros: padding == .zeros ? 1 : 0,
            images: Int32(inputGradient.images), tiles_per_task: Int32(perTask))
        let buffers = scratch.buffers(
            of: winograd_scratch_size(Int32(gradient.blocks), Int32(inputGradient.blocks), Int32(perTask)))
        kernels.forEachTask((tiles + perTask - 1) / perTask, of: job) { job, task, worker in
            kernels.kernels.winograd_backward(job, Int32(task), buffers[worker].pointer)
        }
    }

    /// In whole register tiles: as many as keep a task's transformed values within about 400 kB; up to 36 while every
    /// thread still gets a few tasks, since each task reads all weights, and no more, so that the values, the products
    /// and the weights they meet stay in the L2 cache; and no more than an even share of what the threads do at a time.
    private func tilesPerTask(of tiles: Int, blocks: Int, kernels: KernelSet) -> Int {
        let rows = Int(kernels.kernels.tile_rows)
        let threads = Parallel.threadCount
        let fitting = 400_000 / (36 * blocks * 16 * 4)
        let most = max(rows, min(max(fitting, tiles / (4 * threads)), 36) / rows * rows)
        let rounds = (tiles + most * threads - 1) / (most * threads)
        let even = (tiles + rounds * threads - 1) / (rounds * threads)
        return (even + rows - 1) / rows * rows
    }
}

/// One bit a value: where a gradient passes a ReLU and the pool after it.
///
/// That is where the ReLU's output is positive and, if the pool is of maxima, the first that is largest in its cell.
public final class ReLUMask: Sendable {
    public let count: Int
    public let pooling: Pooling
    private let memory: AlignedBuffer

    /// - Parameter pooling: of averages or maxima.
    public init(channels: Int, height: Int, width: Int, pooling: Pooling = .average) {
        precondition(pooling != .blur, "a blur spreads a gradient over several cells")
        self.pooling = pooling
        count = (channels + 15) / 16 * height * width
        memory = AlignedBuffer((count + 1) / 2)
    }

    var bits: UnsafeMutablePointer<UInt16> {
        UnsafeMutableRawPointer(memory.pointer).assumingMemoryBound(to: UInt16.self)
    }
}

/// Memory for the tasks of a loop, a piece a thread, and for sums taken in parts, kept between calls.
public final class Scratch {
    private var kept: [AlignedBuffer] = []
    private var sums = AlignedBuffer(0)

    public init() {}

    /// `parts` times `count` floats until the next call; they hold what the last one left.
    func sums(parts: Int, of count: Int) -> AlignedBuffer {
        if sums.count < parts * count { sums = AlignedBuffer(parts * count) }
        return sums
    }

    /// By worker.
    func buffers(of count: Int) -> [AlignedBuffer] {
        kept.removeAll { $0.count < count }
        while kept.count < Parallel.threadCount { kept.append(AlignedBuffer(count)) }
        return kept
    }
}

extension FeatureMaps {
    func hasSides(of other: FeatureMaps) -> Bool {
        images == other.images && height == other.height && width == other.width
    }

    /// Odd sides may be rounded up or down.
    func isHalf(of other: FeatureMaps) -> Bool {
        images == other.images
            && [true, false].contains {
                height == Pooling.side(of: other.height, roundedUp: $0)
                    && width == Pooling.side(of: other.width, roundedUp: $0)
            }
    }
}
