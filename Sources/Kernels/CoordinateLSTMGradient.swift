import CNeuralKernels
import Numerics

extension CoordinateLSTM {
    /// How far apart the rows are that `gradient` hands out.
    public static let tapeBlockLength = blockLength

    /// Back-propagation through time: the gradient over the weights, in the order of `LSTMShape.tensors`, of a loss of the
    /// outputs of `count` coordinates over some steps. Inputs and initial states are constants.
    ///
    /// Coordinates go in blocks, so that what a block remembers of all its steps stays in cache. The blocks' parts are
    /// added in order: the number of threads does not show.
    /// - Parameters:
    ///   - initialState: [layer][h, c][unit][coordinate]; `nil` is all zeros.
    ///   - inputs: [step][input][coordinate]
    ///   - shared: [step][shared input]
    ///   - outputGradient: is given the outputs of a block of coordinates, [step][output][coordinate] with rows
    ///     `tapeBlockLength` apart, and writes the loss's gradient with respect to them, zeros at first, in the same layout.
    public func gradient(
        steps: Int, count: Int, initialState: [Float]?, inputs: [Float], shared: [Float],
        outputGradient:
            @Sendable (
                _ block: Range<Int>, _ outputs: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
            ) -> Void
    ) -> [Double] {
        precondition(inputs.count == steps * shape.inputs * count && shared.count == steps * shape.sharedInputs)
        precondition(initialState.map { $0.count == shape.layers * 2 * shape.hidden * count } ?? true)
        let blocks = (count + Self.blockLength - 1) / Self.blockLength
        let parts = Parallel.map(blocks) { block in
            let range = block * Self.blockLength..<min((block + 1) * Self.blockLength, count)
            let tape = LSTMTape(self, steps: steps)
            tape.load(range, of: count, initialState: initialState, inputs: inputs, shared: shared)
            tape.forward()
            outputGradient(range, tape.outputs.pointer, tape.outputGradient.pointer)
            tape.clearBeyond(range.count)
            tape.backward()
            return tape.gradient
        }
        var total = [Double](repeating: 0, count: shape.weightCount)
        for part in parts { part.add(to: &total, shape) }
        return total
    }
}

/// One block of coordinates on its way through the steps and back.
private struct LSTMTape {
    let outputs: AlignedBuffer
    let outputGradient: AlignedBuffer
    let gradient: LSTMGradient

    private let network: CoordinateLSTM
    private let steps: Int
    private var shape: LSTMShape { network.shape }
    private let block = CoordinateLSTM.blockLength
    private var hiddenPlane: Int { shape.hidden * block }
    /// Inputs and shared inputs, [step][row][coordinate].
    private let inputs: AlignedBuffer
    /// [layer][h, c][unit][coordinate]
    private let initial: AlignedBuffer
    /// [step][layer][i, f, g, o, c, h][unit][coordinate]
    private let tape: AlignedBuffer

    init(_ network: CoordinateLSTM, steps: Int) {
        (self.network, self.steps) = (network, steps)
        let shape = network.shape
        let block = CoordinateLSTM.blockLength
        inputs = AlignedBuffer(steps * (shape.inputs + shape.sharedInputs) * block)
        initial = AlignedBuffer(shape.layers * 2 * shape.hidden * block)
        tape = AlignedBuffer(steps * shape.layers * 6 * shape.hidden * block)
        outputs = AlignedBuffer(steps * shape.outputs * block)
        outputGradient = AlignedBuffer(steps * shape.outputs * block)
        gradient = LSTMGradient(
            weights: network.packed.map { AlignedBuffer($0.count * 16) },
            biases: (0..<shape.layers).map { _ in AlignedBuffer(4 * shape.hidden * 16) },
            head: AlignedBuffer(network.head.count * 16))
    }

    func load(_ range: Range<Int>, of count: Int, initialState: [Float]?, inputs source: [Float], shared: [Float]) {
        let rows = shape.inputs + shape.sharedInputs
        for step in 0..<steps {
            for row in 0..<shape.inputs {
                let place = inputs.pointer + (step * rows + row) * block
                let first = (step * shape.inputs + row) * count
                for (column, index) in range.enumerated() { place[column] = source[first + index] }
            }
            for row in 0..<shape.sharedInputs {
                let place = inputs.pointer + (step * rows + shape.inputs + row) * block
                place.update(repeating: shared[step * shape.sharedInputs + row], count: block)
            }
        }
        guard let initialState else { return }
        for row in 0..<shape.layers * 2 * shape.hidden {
            for (column, index) in range.enumerated() {
                initial.pointer[row * block + column] = initialState[row * count + index]
            }
        }
    }

    private func tape(_ step: Int, _ layer: Int) -> UnsafeMutablePointer<Float> {
        tape.pointer + (step * shape.layers + layer) * 6 * hiddenPlane
    }

    private func c(before step: Int, _ layer: Int) -> UnsafeMutablePointer<Float> {
        step > 0 ? tape(step - 1, layer) + 4 * hiddenPlane : initial.pointer + (2 * layer + 1) * hiddenPlane
    }

    private func h(before step: Int, _ layer: Int) -> UnsafeMutablePointer<Float> {
        step > 0 ? tape(step - 1, layer) + 5 * hiddenPlane : initial.pointer + 2 * layer * hiddenPlane
    }

    /// What a layer reads at a step: the inputs or the h of the layer below, then its own h of the step before.
    private func rows(_ step: Int, _ layer: Int) -> [UnsafePointer<Float>] {
        let count = shape.inputs(ofLayer: layer)
        let below =
            layer == 0 ? inputs.pointer + step * count * block : tape(step, layer - 1) + 5 * hiddenPlane
        let own = h(before: step, layer)
        return (0..<count).map { UnsafePointer(below + $0 * block) }
            + (0..<shape.hidden).map { UnsafePointer(own + $0 * block) }
    }

    func forward() {
        let kernels = network.kernels.kernels
        for step in 0..<steps {
            for index in 0..<shape.layers {
                var layer = network.cLayer(index)
                kernels.lstm_forward(&layer, rows(step, index), c(before: step, index), tape(step, index))
            }
            kernels.lstm_head(
                network.head.pointer, Int32(shape.outputs), Int32(shape.hidden),
                tape(step, shape.layers - 1) + 5 * hiddenPlane, outputs.pointer + step * shape.outputs * block)
        }
    }

    /// The block's padding has no loss.
    func clearBeyond(_ count: Int) {
        guard count < block else { return }
        for row in 0..<steps * shape.outputs {
            for column in count..<block { outputGradient.pointer[row * block + column] = 0 }
        }
    }

    func backward() {
        let kernels = network.kernels.kernels
        // The gradients of h and c of each layer, at the step at hand and handed on to the one before.
        let size = shape.layers * hiddenPlane
        var (dh, before) = (AlignedBuffer(size), AlignedBuffer(size))
        let dc = AlignedBuffer(size)
        for step in (0..<steps).reversed() {
            let last = shape.layers - 1
            kernels.lstm_head_backward(
                network.head.pointer, Int32(shape.outputs), Int32(shape.hidden), tape(step, last) + 5 * hiddenPlane,
                outputGradient.pointer + step * shape.outputs * block, dh.pointer + last * hiddenPlane,
                gradient.head.pointer)
            before.pointer.update(repeating: 0, count: size)
            for index in (0..<shape.layers).reversed() {
                var layer = network.cLayer(index)
                let below = (0..<shape.inputs(ofLayer: index)).map { row in
                    index == 0 ? nil : dh.pointer + (index - 1) * hiddenPlane + row * block
                }
                let own = (0..<shape.hidden).map { Optional(before.pointer + index * hiddenPlane + $0 * block) }
                kernels.lstm_backward(
                    &layer, rows(step, index), c(before: step, index), tape(step, index),
                    dh.pointer + index * hiddenPlane, dc.pointer + index * hiddenPlane, below + own,
                    gradient.weights[index].pointer, gradient.biases[index].pointer)
            }
            swap(&dh, &before)
        }
    }

}

/// What a block adds to the gradient, lane by lane as the kernels leave it.
private struct LSTMGradient: Sendable {
    /// By layer, like the biases.
    let weights: [AlignedBuffer]
    let biases: [AlignedBuffer]
    let head: AlignedBuffer

    func add(to total: inout [Double], _ shape: LSTMShape) {
        let tensors = shape.tensors
        let hidden = shape.hidden
        func sum(_ buffer: AlignedBuffer, _ index: Int) -> Double {
            (0..<16).reduce(0.0) { $0 + Double(buffer.pointer[16 * index + $1]) }
        }
        for layer in 0..<shape.layers {
            let inputs = shape.inputs(ofLayer: layer)
            let (fromInputs, fromHidden) = (tensors[3 * layer].range, tensors[3 * layer + 1].range)
            for unit in 0..<hidden {
                for gate in 0..<4 {
                    for row in 0..<inputs + hidden {
                        let value = sum(weights[layer], (unit * (inputs + hidden) + row) * 4 + gate)
                        if row < inputs {
                            total[fromInputs.lowerBound + (gate * hidden + unit) * inputs + row] += value
                        } else {
                            total[fromHidden.lowerBound + (gate * hidden + unit) * hidden + row - inputs] += value
                        }
                    }
                    total[tensors[3 * layer + 2].range.lowerBound + gate * hidden + unit] += sum(
                        biases[layer], 4 * unit + gate)
                }
            }
        }
        let (weight, bias) = (tensors[3 * shape.layers].range, tensors[3 * shape.layers + 1].range)
        for output in 0..<shape.outputs {
            for unit in 0..<hidden {
                total[weight.lowerBound + output * hidden + unit] += sum(head, output * (hidden + 1) + unit)
            }
            total[bias.lowerBound + output] += sum(head, output * (hidden + 1) + hidden)
        }
    }
}
