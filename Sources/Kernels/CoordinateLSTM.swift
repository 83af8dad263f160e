import CNeuralKernels

/// The shape of an LSTM that many coordinates share.
public struct LSTMShape: Equatable, Sendable {
    /// Of each coordinate.
    public var inputs: Int
    /// The same for all coordinates at a step.
    public var sharedInputs: Int
    /// Units a layer, at most 64.
    public var hidden: Int
    public var layers: Int
    /// Linear in the last layer's h.
    public var outputs: Int

    public init(inputs: Int, sharedInputs: Int, hidden: Int, layers: Int, outputs: Int) {
        (self.inputs, self.sharedInputs, self.hidden) = (inputs, sharedInputs, hidden)
        (self.layers, self.outputs) = (layers, outputs)
    }

    public static let mostUnits = Int(LSTM_MOST_UNITS)
    public static let mostRows = Int(LSTM_MOST_ROWS)

    /// What layer `layer` reads besides its own h, the shared inputs last.
    func inputs(ofLayer layer: Int) -> Int { layer == 0 ? inputs + sharedInputs : hidden }

    /// The parts of the flat vector of weights, in order, named as PyTorch does: for each layer `weight_ih_l0`
    /// [4 hidden, inputs], `weight_hh_l0` [4 hidden, hidden] and `bias_l0` [4 hidden], the gates in the order i, f, g, o;
    /// then `head.weight` [outputs, hidden] and `head.bias` [outputs].
    public var tensors: [(name: String, shape: [Int], range: Range<Int>)] {
        var parts: [(String, [Int])] = []
        for layer in 0..<layers {
            parts.append(("weight_ih_l\(layer)", [4 * hidden, inputs(ofLayer: layer)]))
            parts.append(("weight_hh_l\(layer)", [4 * hidden, hidden]))
            parts.append(("bias_l\(layer)", [4 * hidden]))
        }
        parts += [("head.weight", [outputs, hidden]), ("head.bias", [outputs])]
        var start = 0
        return parts.map { name, shape in
            defer { start += shape.reduce(1, *) }
            return (name, shape, start..<start + shape.reduce(1, *))
        }
    }

    public var weightCount: Int { tensors.last!.range.upperBound }
}

/// An LSTM that runs for every coordinate with a state of its own and the same weights: the optimizer m of Andrychowicz
/// et al. 2016.
public struct CoordinateLSTM: Sendable {
    public let shape: LSTMShape
    public let kernels: KernelSet
    /// Rows of a layer in the kernels' order: [unit][row][gate], with the shared inputs among them or without.
    let packed: [AlignedBuffer]
    let packedWithoutShared: AlignedBuffer
    let biases: [AlignedBuffer]
    let head: AlignedBuffer
    private let sharedWeights: [Float]

    /// A chunk of coordinates starts at a multiple of it.
    public static let blockLength = Int(LSTM_BLOCK)

    /// - Parameter weights: in the order of `LSTMShape.tensors`.
    public init(_ shape: LSTMShape, weights: [Float], kernels: KernelSet = .best) {
        precondition(weights.count == shape.weightCount && (1...LSTMShape.mostUnits).contains(shape.hidden))
        precondition(shape.layers > 0 && shape.inputs + shape.sharedInputs + shape.hidden <= LSTMShape.mostRows)
        (self.shape, self.kernels) = (shape, kernels)
        let tensors = shape.tensors
        let hidden = shape.hidden
        func part(_ index: Int) -> [Float] { Array(weights[tensors[index].range]) }
        func pack(layer: Int, inputs kept: Range<Int>) -> AlignedBuffer {
            let (fromInputs, fromHidden) = (part(3 * layer), part(3 * layer + 1))
            let inputs = shape.inputs(ofLayer: layer)
            var values: [Float] = []
            for unit in 0..<hidden {
                for row in kept {
                    for gate in 0..<4 { values.append(fromInputs[(gate * hidden + unit) * inputs + row]) }
                }
                for row in 0..<hidden {
                    for gate in 0..<4 { values.append(fromHidden[(gate * hidden + unit) * hidden + row]) }
                }
            }
            return AlignedBuffer(values)
        }
        packed = (0..<shape.layers).map { pack(layer: $0, inputs: 0..<shape.inputs(ofLayer: $0)) }
        packedWithoutShared = pack(layer: 0, inputs: 0..<shape.inputs)
        biases = (0..<shape.layers).map { layer in
            let bias = part(3 * layer + 2)
            return AlignedBuffer((0..<4 * hidden).map { bias[$0 % 4 * hidden + $0 / 4] })
        }
        let (weight, bias) = (part(3 * shape.layers), part(3 * shape.layers + 1))
        head = AlignedBuffer(
            (0..<shape.outputs).flatMap { output in
                Array(weight[output * hidden..<(output + 1) * hidden]) + [bias[output]]
            })
        sharedWeights = part(0)
    }

    /// The biases of the first layer's gates at a step, the shared inputs' part included.
    public struct StepBias: Sendable {
        fileprivate let values: AlignedBuffer
    }

    public func stepBias(shared: [Float]) -> StepBias {
        precondition(shared.count == shape.sharedInputs)
        let rows = shape.inputs + shape.sharedInputs
        let values = AlignedBuffer(4 * shape.hidden)
        for index in 0..<values.count {
            let gate = (index % 4) * shape.hidden + index / 4
            var sum = biases[0].pointer[index]
            for (s, value) in shared.enumerated() { sum += sharedWeights[gate * rows + shape.inputs + s] * value }
            values.pointer[index] = sum
        }
        return StepBias(values: values)
    }

    /// A layer with the shared inputs among its rows.
    func cLayer(_ index: Int) -> LSTMLayer {
        LSTMLayer(
            weights: UnsafePointer(packed[index].pointer), bias: UnsafePointer(biases[index].pointer),
            inputs: Int32(shape.inputs(ofLayer: index)), hidden: Int32(shape.hidden))
    }

    /// Takes the LSTMs of coordinates `start..<start + count` one step on. On the calling thread: callers run chunks of
    /// coordinates side by side.
    ///
    /// - Parameters:
    ///   - start: a multiple of `blockLength`.
    ///   - inputs: `shape.inputs` rows `stride` apart, readable to a multiple of `blockLength`, as `outputs` is writable.
    ///     Both, and `stride` in bytes, are multiples of 64.
    public func step(
        state: LSTMState, start: Int, count: Int, bias: StepBias, inputs: UnsafePointer<Float>,
        outputs: UnsafeMutablePointer<Float>, stride: Int
    ) {
        precondition(start % Self.blockLength == 0 && start + count <= state.count && state.shape == shape)
        let blocks = (count + Self.blockLength - 1) / Self.blockLength
        var layers = (0..<shape.layers).map { cLayer($0) }
        layers[0].weights = UnsafePointer(packedWithoutShared.pointer)
        layers[0].bias = UnsafePointer(bias.values.pointer)
        layers[0].inputs = Int32(shape.inputs)
        kernels.kernels.lstm_step(
            layers, Int32(shape.layers), head.pointer, Int32(shape.outputs), blocks, inputs, stride,
            state.address(ofBlock: start / Self.blockLength), state.precision == .float16 ? 1 : 0, outputs)
    }
}

/// How h and c are kept between steps.
public enum LSTMStatePrecision: Sendable {
    case float32
    case float16
}

/// h and c of every coordinate, zeros at first: memory that `CoordinateLSTM.step` changes in place.
public final class LSTMState: Sendable {
    public let shape: LSTMShape
    public let count: Int
    public let precision: LSTMStatePrecision
    /// [block][layer][h, c][unit][coordinate]
    private let memory: AlignedBuffer

    public init(shape: LSTMShape, count: Int, precision: LSTMStatePrecision) {
        (self.shape, self.count, self.precision) = (shape, count, precision)
        let blocks = (count + CoordinateLSTM.blockLength - 1) / CoordinateLSTM.blockLength
        memory = AlignedBuffer(blocks * Self.bytesPerBlock(shape, precision) / 4)
    }

    /// A copy with its own memory.
    public func copy() -> LSTMState {
        let copy = LSTMState(shape: shape, count: count, precision: precision)
        copy.memory.pointer.update(from: memory.pointer, count: memory.count)
        return copy
    }

    private static func bytesPerBlock(_ shape: LSTMShape, _ precision: LSTMStatePrecision) -> Int {
        shape.layers * 2 * shape.hidden * CoordinateLSTM.blockLength * (precision == .float16 ? 2 : 4)
    }

    func address(ofBlock block: Int) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(memory.pointer) + block * Self.bytesPerBlock(shape, precision)
    }

    /// The states of some coordinates, kept in single precision: [layer][h, c][unit][coordinate].
    public func gather(_ coordinates: [Int]) -> [Float] {
        precondition(precision == .float32, "states of 16 bits are not for training")
        let length = CoordinateLSTM.blockLength
        return (0..<shape.layers * 2 * shape.hidden).flatMap { row in
            coordinates.map { coordinate in
                address(ofBlock: coordinate / length).assumingMemoryBound(to: Float.self)[
                    row * length + coordinate % length]
            }
        }
    }
}
