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
        let (plain, turned) = (self.weights.pointer, transposed.pointer)
        for o in 0..<outputs {
            for i in 0..<inputs {
                let weight = weights[o * inputs + i]
                plain[(o / 16 * paddedInputs + i) * 16 + o % 16] = weight
                turned[(i / 16 * paddedOutputs + o) * 16 + i % 16] = weight
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
        student: FeatureMaps, teacher: FeatureMaps, weight: Float, studentGradient: FeatureMaps, scratch: Scratch,
        kernels: KernelSet
    ) -> Gradient {
        precondition(studentGradient.channels == inputs && studentGradient.hasSides(of: student))
        let (rows, columns) = (student.blocks * 16, teacher.blocks * 16)
        let size = rows * columns + columns
        let parts = parts(of: student)
        let sums = scratch.sums(parts: parts, of: size)
        let loss = loss(
            student: student, teacher: teacher, weight: weight, gradients: (studentGradient, sums), kernels: kernels)
        kernels.forEachRange(of: size, step: 4096, sums.pointer) { sums, start, end in
            for part in 1..<parts {
                for index in Int(start)..<Int(end) { sums.pointee[index] += sums.pointee[part * size + index] }
            }
        }
        let totals = sums.pointer
        return Gradient(
            loss: loss,
            weights: [Float](unsafeUninitializedCapacity: outputs * inputs) { result, initialized in
                for o in 0..<outputs {
                    for i in 0..<inputs { result[o * inputs + i] = totals[i * columns + o] }
                }
                initialized = outputs * inputs
            },
            bias: (0..<outputs).map { totals[rows * columns + $0] })
    }

    /// The loss alone.
    public func loss(student: FeatureMaps, teacher: FeatureMaps, kernels: KernelSet) -> Double {
        loss(student: student, teacher: teacher, weight: 1, gradients: nil, kernels: kernels)
    }

    private func tasks(of student: FeatureMaps) -> Int {
        (student.pixelCount + Self.pixelsPerTask - 1) / Self.pixelsPerTask
    }

    private func parts(of student: FeatureMaps) -> Int { min(Self.parts, tasks(of: student)) }

    /// - Parameter gradients: where those go, if they are wanted: with respect to the student's activations, and sums
    ///   for the weights and the bias, of each part.
    private func loss(
        student: FeatureMaps, teacher: FeatureMaps, weight: Float,
        gradients: (student: FeatureMaps, sums: AlignedBuffer)?, kernels: KernelSet
    ) -> Double {
        precondition(student.channels == inputs && teacher.channels == outputs && teacher.hasSides(of: student))
        let (pixels, rows, columns) = (student.pixelCount, student.blocks * 16, teacher.blocks * 16)
        let size = rows * columns + columns
        let tasks = tasks(of: student)
        let count = Double(pixels) * Double(outputs)
        let job = CNeuralKernels.ActivationMatch(
            student: student.map, teacher: teacher.map, weights: weights.pointer, transposed: transposed.pointer,
            bias: bias.pointer, inverse_scale: inverseScale.pointer, share: Float(Double(weight) / count),
            student_gradient: (gradients?.student ?? student).map)
        let sums = gradients?.sums
        let losses = kernels.mapTasks(parts(of: student), of: job) { job, part in
            let scratch = AlignedBuffer(Int(MATCH_PIXELS) * columns)
            let partSums = sums.map { $0.pointer + part * size }
            partSums?.update(repeating: 0, count: size)
            return stride(from: part, to: tasks, by: Self.parts).reduce(0.0) { loss, task in
                let start = task * Self.pixelsPerTask
                return loss
                    + kernels.kernels.match_activations(
                        job, start, min(start + Self.pixelsPerTask, pixels), scratch.pointer, partSums,
                        partSums.map { $0 + rows * columns })
            }
        }
        return losses.reduce(0, +) / count
    }
}
