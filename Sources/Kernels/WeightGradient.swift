import CNeuralKernels
import Numerics

// The gradients of convolutions with respect to their weights, over a batch.

/// Sums are taken in so many parts, whatever the number of threads, so that the result does not depend on it.
private let parts = 8

extension Convolution {
    /// The gradient with respect to the weights, [output][input][3][3].
    ///
    /// - Parameters:
    ///   - input: what the forward took.
    ///   - gradient: with respect to what the forward gave, before its ReLU.
    public static func weightGradient(
        input: FeatureMaps, gradient: FeatureMaps, scratch: Scratch, kernels: KernelSet
    ) -> [Float] {
        precondition(input.hasSides(of: gradient))
        let tiles =
            input.images * Int(winograd_forward_tiles(Int32(input.width)) * winograd_forward_tiles(Int32(input.height)))
        // So many that adding to the sums costs little beside making the products, and that both transforms stay in the
        // L2 cache.
        let perTask = 32
        let tasks = (tiles + perTask - 1) / perTask
        let size = 36 * input.blocks * gradient.blocks * 256
        let sums = scratch.sums(parts: min(parts, tasks), of: size)
        let job = WinogradWeightGradient(
            input: input.map, gradient: gradient.map, images: Int32(input.images), tiles_per_task: Int32(perTask))
        let buffers = scratch.buffers(
            of: winograd_weight_gradient_scratch_size(Int32(input.blocks), Int32(gradient.blocks), Int32(perTask)))
        kernels.forEachTask(min(parts, tasks), of: job) { job, part, worker in
            let partSums = sums.pointer + part * size
            partSums.update(repeating: 0, count: size)
            for task in stride(from: part, to: tasks, by: parts) {
                kernels.kernels.winograd_weight_gradient(job, Int32(task), buffers[worker].pointer, partSums)
            }
        }
        let (inputs, outputs) = (input.channels, gradient.channels)
        return [Float](unsafeUninitializedCapacity: outputs * inputs * 9) { result, count in
            kernels.forEachRange(of: inputs, step: 8, result.baseAddress!) { result, start, end in
                kernels.kernels.winograd_weight_gradient_of_sums(
                    sums.pointer, size, Int32(min(parts, tasks)), Int32(inputs), Int32(outputs), start, end,
                    result.pointee)
            }
            count = outputs * inputs * 9
        }
    }
}

extension InputConvolution {
    /// The gradient with respect to the weights, [output][3][3][3].
    ///
    /// - Parameters:
    ///   - padded: as the forward left it.
    ///   - gradient: with respect to what the forward gave, before its ReLU.
    public static func weightGradient(
        padded: AlignedBuffer, gradient: FeatureMaps, kernels: KernelSet
    ) -> [Float] {
        let (images, outputs) = (gradient.images, gradient.channels)
        let paddedCount = paddedCount(height: gradient.height, width: gradient.width)
        precondition(padded.count >= images * paddedCount)
        let size = 27 * gradient.blocks * 16
        let sums = AlignedBuffer(images * size)
        Parallel.forEach(images) { image, _ in
            var job = InputConvolutionWeightGradient(
                pixels: padded.pointer + image * paddedCount, pitch: pitch(width: gradient.width),
                gradient: gradient.map(of: image))
            kernels.kernels.input_convolution_weight_gradient(&job, sums.pointer + image * size)
        }
        var result = [Float](repeating: 0, count: outputs * 27)
        for image in 0..<images {
            for tap in 0..<27 {
                for output in 0..<outputs {
                    result[output * 27 + tap] += sums.pointer[image * size + tap * gradient.blocks * 16 + output]
                }
            }
        }
        return result
    }
}
