import CNeuralKernels
import Numerics

/// The 3x3 convolution of a picture's three planes, with padding, bias and ReLU.
public struct InputConvolution: Sendable {
    public let outputs: Int
    /// The colour beyond the picture's border; `nil` when the border is replicated.
    public let surroundings: [Float]?
    /// Whether the border is reflected instead (`Padding.reflect`): there is a forward direction alone.
    public var isReflected = false
    private let forwardWeights: AlignedBuffer
    private let backwardWeights: AlignedBuffer
    private let bias: AlignedBuffer

    /// - Parameters:
    ///   - weights: [output][3][3][3].
    ///   - bias: [output].
    ///   - surroundings: red, green and blue beyond the picture's border; `nil` replicates the border.
    public init(outputs: Int, weights: [Float], bias: [Float], surroundings: [Float]? = nil) {
        precondition(weights.count == outputs * 27 && bias.count == outputs && surroundings?.count ?? 3 == 3)
        self.outputs = outputs
        self.surroundings = surroundings
        let blocks = (outputs + 15) / 16
        forwardWeights = AlignedBuffer(blocks * 27 * 16)
        backwardWeights = AlignedBuffer(blocks * 27 * 16)
        for output in 0..<outputs {
            let block = output / 16
            let lane = output % 16
            for channel in 0..<3 {
                for tap in 0..<9 {
                    let weight = weights[(output * 3 + channel) * 9 + tap]
                    forwardWeights.pointer[((block * 3 + channel) * 9 + tap) * 16 + lane] = weight
                    backwardWeights.pointer[((block * 9 + tap) * 3 + channel) * 16 + lane] = weight
                }
            }
        }
        self.bias = AlignedBuffer(bias + [Float](repeating: 0, count: blocks * 16 - outputs))
    }

    /// - Parameters:
    ///   - pixels: three planes of the activation's height x width a picture.
    ///   - isLinear: whether to leave out the ReLU.
    ///   - padded: `paddedCount` floats a picture, which the gradient with respect to the weights reads again.
    public func forward(
        _ pixels: [Float], to activation: FeatureMaps, isLinear: Bool = false, padded: AlignedBuffer,
        kernels: KernelSet
    ) {
        let (images, height, width) = (activation.images, activation.height, activation.width)
        precondition(activation.channels == outputs && pixels.count == images * 3 * height * width)
        precondition(padded.count >= images * Self.paddedCount(height: height, width: width))
        let pitch = Self.pitch(width: width)
        let step = kernels.rowStep(valuesPerRow: outputs * width)
        let stretches = (height + step - 1) / step
        Parallel.forEach(images) { image, _ in
            let place = padded.pointer + image * Self.paddedCount(height: height, width: width)
            pixels.withUnsafeBufferPointer { pixels in
                let picture = pixels.baseAddress! + image * 3 * height * width
                if isReflected {
                    pad_reflected(picture, Int32(height), Int32(width), place, pitch)
                } else if let surroundings {
                    pad_with_colour(picture, Int32(height), Int32(width), surroundings, place, pitch)
                } else {
                    pad_replicated(picture, Int32(height), Int32(width), place, pitch)
                }
            }
        }
        Parallel.forEach(images * stretches) { index, _ in
            let (image, start) = (index / stretches, index % stretches * step)
            var job = InputConvolutionForward(
                pixels: padded.pointer + image * Self.paddedCount(height: height, width: width), pitch: pitch,
                weights: forwardWeights.pointer, bias: bias.pointer, output: activation.map(of: image),
                is_linear: isLinear ? 1 : 0)
            kernels.kernels.input_convolution_forward(&job, Int32(start), Int32(min(start + step, height)))
        }
    }

    /// Adds the gradient with respect to the pixels to `pixelGradient`.
    public func backward(
        _ gradient: FeatureMaps, addingTo pixelGradient: inout [Float], padded: AlignedBuffer,
        kernels: KernelSet
    ) {
        precondition(!isReflected, "there is no way back through a reflected border")
        let height = gradient.height
        let width = gradient.width
        precondition(gradient.channels == outputs && gradient.images == 1)
        precondition(pixelGradient.count == 3 * height * width)
        precondition(padded.count >= Self.paddedCount(height: height, width: width))
        let job = InputConvolutionBackward(
            gradient: gradient.map, weights: backwardWeights.pointer, padded: padded.pointer)
        kernels.forEachRange(of: height + 2, step: kernels.rowStep(valuesPerRow: outputs * width), job) {
            kernels.kernels.input_convolution_backward($0, $1, $2)
        }
        if surroundings == nil {
            fold_replicated_border(padded.pointer, Int32(height), Int32(width), &pixelGradient)
        } else {
            add_inside_border(padded.pointer, Int32(height), Int32(width), &pixelGradient)
        }
    }

    /// How many floats `padded` needs for a picture.
    public static func paddedCount(height: Int, width: Int) -> Int { 3 * (height + 2) * pitch(width: width) }

    // The last register tile of a row reads past its end.
    static func pitch(width: Int) -> Int { width + 2 + 16 }
}
