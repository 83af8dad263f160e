import CNeuralKernels

/// How far max(0, W f + b), f being a student's activations at a pixel, is from a teacher's activations t over their
/// scale: the mean of the squared differences over all pixels and channels.
public struct ActivationMatch: Sendable {
    /// Channels of the student and of the teacher.
    public let (inputs, outputs): (Int, Int)
    private let weights: AlignedBuffer
    private let transposed: AlignedBuffer
    private let bias: AlignedBuffer
    private let inverseScale: AlignedBuffer

    /// Sums are taken in so many parts, whatever the number of threads, so that the result does not depend on it.
    private static let parts = 8
    private static let pixelsPerTask = 10 * Int(MATCH_PIXELS)

    /// - Parameters:
    ///   - weights: [output][input].
    ///   - bias: [output].
    ///   - scale: [output], positive.
    public init(weights: [Float], bias: [Float], scale: [Float]) {
        precondition(bias.count == scale.count && weights.count % bias.count == 0 && scale.allSatisfy { $0 > 0 })
        (inputs, outputs) = (weights.count / bias.count, bias.count)
        let (paddedInputs, paddedOutputs) = ((inputs + 15) / 16 * 16, (outputs + 15) / 16 * 16)
        self.weights = AlignedBuffer(paddedInputs * paddedOutputs)
        transposed = AlignedBuffer(paddedInputs * paddedOutputs)
        for o in 0..<outputs {
            for i in 0..<inputs {
                let weight = weights[o * inputs + i]
                self.weights.pointer[(o / 16 * paddedInputs + i) * 16 + o % 16] = weight
                transposed.pointer[(i / 16 * paddedOutputs + o) * 16 + i % 16] = weight
            }
        }
        func padded(_ values: [Float]) -> AlignedBuffer {
            AlignedBuffer(values + [Float](repeating: 0, count: paddedOutputs - values.count))
        }
        self.bias = padded(bias)
        inverseScale = padded(scale.map { 1 / $0 })
    }

    public struct Gradient: Sendable {
        /// The mean square, without the weight.
        public var loss: Double
        /// [output][input], and [output].
        public var weights: [Float]
        public var bias: [Float]
    }

    /// The loss and the gradients of `weight` times it.
    ///
    /// - Parameter studentGradient: gets that with respect to the student's activations.
    public func backward(
        student: FeatureMaps, teacher: FeatureMaps, weight: Float, studentGradient: FeatureMaps, kernels: KernelSet
    ) -> Gradient {
        precondition(student.channels == inputs && teacher.channels == outputs && teacher.hasSides(of: student))
        precondition(studentGradient.channels == inputs && studentGradient.hasSides(of: student))
        let (pixels, blocks) = (student.pixelCount, teacher.blocks)
        let (rows, columns) = (student.blocks * 16, blocks * 16)
        let size = rows * columns + columns
        let tasks = (pixels + Self.pixelsPerTask - 1) / Self.pixelsPerTask
        let sums = AlignedBuffer(Self.parts * size)
        let count = Double(pixels) * Double(outputs)
        let job = CNeuralKernels.ActivationMatch(
            student: student.map, teacher: teacher.map, weights: weights.pointer, transposed: transposed.pointer,
            bias: bias.pointer, inverse_scale: inverseScale.pointer, share: Float(Double(weight) / count),
            student_gradient: studentGradient.map)
        let losses = kernels.mapTasks(min(Self.parts, tasks), of: job) { job, part in
            let scratch = AlignedBuffer(Int(MATCH_PIXELS) * columns)
            let weightSums = sums.pointer + part * size
            return stride(from: part, to: tasks, by: Self.parts).reduce(0.0) { loss, task in
                let start = task * Self.pixelsPerTask
                return loss
                    + kernels.kernels.match_activations(
                        job, start, min(start + Self.pixelsPerTask, pixels), scratch.pointer, weightSums,
                        weightSums + rows * columns)
            }
        }
        func total(_ index: Int) -> Float {
            (0..<Self.parts).reduce(Float(0)) { $0 + sums.pointer[$1 * size + index] }
        }
        return Gradient(
            loss: losses.reduce(0, +) / count,
            weights: (0..<outputs * inputs).map { total($0 % inputs * columns + $0 / inputs) },
            bias: (0..<outputs).map { total(rows * columns + $0) })
    }
}
