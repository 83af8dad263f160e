import Foundation
import Kernels
import Numerics
import Testing

/// The LSTM as its equations say, one coordinate at a time in double precision.
private struct ScalarLSTM {
    let shape: LSTMShape
    let weights: [Double]
    var h: [[Double]]
    var c: [[Double]]

    init(_ shape: LSTMShape, _ weights: [Double]) {
        (self.shape, self.weights) = (shape, weights)
        h = [[Double]](repeating: [Double](repeating: 0, count: shape.hidden), count: shape.layers)
        c = h
    }

    mutating func step(_ inputs: [Double]) -> [Double] {
        let tensors = shape.tensors
        var x = inputs
        for layer in 0..<shape.layers {
            let (ih, hh, b) = (tensors[3 * layer].range, tensors[3 * layer + 1].range, tensors[3 * layer + 2].range)
            let gates = (0..<4 * shape.hidden).map { j in
                weights[b.lowerBound + j]
                    + x.indices.reduce(0.0) { $0 + weights[ih.lowerBound + j * x.count + $1] * x[$1] }
                    + (0..<shape.hidden).reduce(0.0) {
                        $0 + weights[hh.lowerBound + j * shape.hidden + $1] * h[layer][$1]
                    }
            }
            func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
            for u in 0..<shape.hidden {
                let (i, f, g, o) = (
                    gates[u], gates[shape.hidden + u], gates[2 * shape.hidden + u], gates[3 * shape.hidden + u]
                )
                c[layer][u] = sigmoid(f) * c[layer][u] + sigmoid(i) * tanh(g)
                h[layer][u] = sigmoid(o) * tanh(c[layer][u])
            }
            x = h[layer]
        }
        let (w, b) = (tensors[3 * shape.layers].range.lowerBound, tensors[3 * shape.layers + 1].range.lowerBound)
        return (0..<shape.outputs).map { o in
            weights[b + o] + x.indices.reduce(0.0) { $0 + weights[w + o * shape.hidden + $1] * x[$1] }
        }
    }
}

private let shapes = [
    LSTMShape(inputs: 9, sharedInputs: 10, hidden: 10, layers: 1, outputs: 4),
    LSTMShape(inputs: 2, sharedInputs: 0, hidden: 20, layers: 2, outputs: 1),
    LSTMShape(inputs: 1, sharedInputs: 1, hidden: 1, layers: 1, outputs: 2),
    LSTMShape(inputs: 3, sharedInputs: 2, hidden: 7, layers: 3, outputs: 3),
]

private func random(_ count: Int, seed: UInt64, size: Float = 1) -> [Float] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in size * (2 * generator.nextUnit() - 1) }
}

/// Inputs [step][row][coordinate] and shared inputs [step][row].
private struct Sequence {
    let shape: LSTMShape, steps: Int, count: Int
    let inputs: [Float], shared: [Float]

    init(_ shape: LSTMShape, steps: Int, count: Int) {
        (self.shape, self.steps, self.count) = (shape, steps, count)
        inputs = random(steps * shape.inputs * count, seed: 1, size: 3)
        shared = random(steps * shape.sharedInputs, seed: 2)
    }

    func column(_ step: Int, _ coordinate: Int) -> [Double] {
        (0..<shape.inputs).map { Double(inputs[(step * shape.inputs + $0) * count + coordinate]) }
            + shared[step * shape.sharedInputs..<(step + 1) * shape.sharedInputs].map(Double.init)
    }

    /// Outputs [step][output][coordinate] by the kernel, in chunks of so many coordinates.
    func run(_ network: CoordinateLSTM, _ state: LSTMState, chunk: Int) -> [Float] {
        let block = CoordinateLSTM.blockLength
        let stride = (count + block - 1) / block * block
        var results: [Float] = []
        for step in 0..<steps {
            let rows = AlignedBuffer(shape.inputs * stride)
            let outputs = AlignedBuffer(shape.outputs * stride)
            for row in 0..<shape.inputs {
                for i in 0..<count {
                    rows.pointer[row * stride + i] = inputs[(step * shape.inputs + row) * count + i]
                }
            }
            let bias = network.stepBias(
                shared: Array(shared[step * shape.sharedInputs..<(step + 1) * shape.sharedInputs]))
            for start in Swift.stride(from: 0, to: count, by: chunk) {
                network.step(
                    state: state, start: start, count: min(chunk, count - start), bias: bias,
                    inputs: rows.pointer + start, outputs: outputs.pointer + start, stride: stride)
            }
            for row in 0..<shape.outputs {
                results += (0..<count).map { outputs.pointer[row * stride + $0] }
            }
        }
        return results
    }
}

@Suite struct CoordinateLSTMTests {
    /// Single precision and a tanh good to 4e-7 leave some 1e-6 a step; halves have 11 bits, so an error of 5e-4 in h and c,
    /// which the next steps may enlarge a little.
    @Test(arguments: KernelSet.all.map(\.name), shapes)
    func aStepIsThatOfTheEquations(variant: String, shape: LSTMShape) {
        let kernels = KernelSet.all.first { $0.name == variant }!
        let weights = random(shape.weightCount, seed: 3)
        let network = CoordinateLSTM(shape, weights: weights, kernels: kernels)
        for count in [1, 15, 16, 17, 63, 64, 65, 200] {
            let sequence = Sequence(shape, steps: 6, count: count)
            for (precision, tolerance) in [(LSTMStatePrecision.float32, 2e-5), (.float16, 1e-2)] {
                let state = LSTMState(shape: shape, count: count, precision: precision)
                let results = sequence.run(network, state, chunk: 1 << 20)
                var (expected, found): ([Double], [Float]) = ([], [])
                for coordinate in 0..<count {
                    var reference = ScalarLSTM(shape, weights.map(Double.init))
                    for step in 0..<6 {
                        for (o, value) in reference.step(sequence.column(step, coordinate)).enumerated() {
                            expected.append(value)
                            found.append(results[(step * shape.outputs + o) * count + coordinate])
                        }
                    }
                }
                #expect(Oracle.distance(expected, found) < tolerance, "\(count) coordinates, \(precision)")
            }
        }
    }

    @Test(arguments: KernelSet.all.map(\.name))
    func chunksGiveWhatTheWholeGives(variant: String) {
        let kernels = KernelSet.all.first { $0.name == variant }!
        let network = CoordinateLSTM(shapes[0], weights: random(shapes[0].weightCount, seed: 3), kernels: kernels)
        let sequence = Sequence(shapes[0], steps: 4, count: 300)
        let results = [64, 128, 1024].map { chunk in
            sequence.run(network, LSTMState(shape: shapes[0], count: 300, precision: .float16), chunk: chunk)
        }
        #expect(results[0] == results[2] && results[1] == results[2])
    }

    @Test func statesAreGatheredByCoordinate() {
        let shape = shapes[3]
        let weights = random(shape.weightCount, seed: 3)
        let sequence = Sequence(shape, steps: 3, count: 100)
        let state = LSTMState(shape: shape, count: 100, precision: .float32)
        _ = sequence.run(CoordinateLSTM(shape, weights: weights), state, chunk: 1024)
        let coordinates = [0, 1, 63, 64, 99]
        let gathered = state.gather(coordinates)
        for (column, coordinate) in coordinates.enumerated() {
            var reference = ScalarLSTM(shape, weights.map(Double.init))
            for step in 0..<3 { _ = reference.step(sequence.column(step, coordinate)) }
            for layer in 0..<shape.layers {
                for unit in 0..<shape.hidden {
                    let h = gathered[((2 * layer) * shape.hidden + unit) * 5 + column]
                    let c = gathered[((2 * layer + 1) * shape.hidden + unit) * 5 + column]
                    #expect((Double(h) - reference.h[layer][unit]).magnitude < 1e-5)
                    #expect((Double(c) - reference.c[layer][unit]).magnitude < 1e-5)
                }
            }
        }
    }

    /// A random-weighted sum of the outputs' squares. Central differences of the scalar LSTM in double precision are good to
    /// 1e-8; single precision over 6 steps and 70 coordinates leaves some 1e-5 of the largest component.
    @Test(arguments: KernelSet.all.map(\.name), shapes)
    func theGradientAgreesWithFiniteDifferences(variant: String, shape: LSTMShape) {
        let kernels = KernelSet.all.first { $0.name == variant }!
        let weights = random(shape.weightCount, seed: 3)
        let network = CoordinateLSTM(shape, weights: weights, kernels: kernels)
        let (steps, count) = (6, 70)
        let sequence = Sequence(shape, steps: steps, count: count)
        let mix = random(steps * shape.outputs * count, seed: 5)
        let states = random(shape.layers * 2 * shape.hidden * count, seed: 6)
        for initial in [nil, states] {
            let gradient = network.gradient(
                steps: steps, count: count, initialState: initial, inputs: sequence.inputs, shared: sequence.shared
            ) { block, outputs, result in
                for row in 0..<steps * shape.outputs {
                    for (column, index) in block.enumerated() {
                        let place = row * CoordinateLSTM.tapeBlockLength + column
                        result[place] = 2 * mix[row * count + index] * outputs[place]
                    }
                }
            }
            func loss(_ weights: [Double]) -> Double {
                (0..<count).reduce(0.0) { sum, coordinate in
                    var reference = ScalarLSTM(shape, weights)
                    if let initial {
                        for layer in 0..<shape.layers {
                            for unit in 0..<shape.hidden {
                                let row = 2 * layer * shape.hidden + unit
                                reference.h[layer][unit] = Double(initial[row * count + coordinate])
                                reference.c[layer][unit] = Double(initial[(row + shape.hidden) * count + coordinate])
                            }
                        }
                    }
                    return (0..<steps).reduce(sum) { sum, step in
                        reference.step(sequence.column(step, coordinate)).enumerated().reduce(sum) {
                            $0 + Double(mix[(step * shape.outputs + $1.offset) * count + coordinate]) * $1.element
                                * $1.element
                        }
                    }
                }
            }
            let largest = gradient.map(\.magnitude).max()!
            // Every weight of the small shapes, a sample of the large.
            for index in stride(from: 0, to: weights.count, by: max(1, weights.count / 60)) {
                var (up, down) = (weights.map(Double.init), weights.map(Double.init))
                up[index] += 1e-4
                down[index] -= 1e-4
                let difference = (loss(up) - loss(down)) / 2e-4
                #expect((gradient[index] - difference).magnitude < 1e-4 * largest, "weight \(index)")
            }
        }
    }

    @Test func theNumberOfThreadsDoesNotShowInTheGradient() {
        let shape = shapes[0]
        let network = CoordinateLSTM(shape, weights: random(shape.weightCount, seed: 3))
        let sequence = Sequence(shape, steps: 5, count: 500)
        let gradients = [1, 2, 5].map { threads in
            Parallel.$threadCount.withValue(threads) {
                network.gradient(
                    steps: 5, count: 500, initialState: nil, inputs: sequence.inputs, shared: sequence.shared
                ) { block, outputs, result in
                    let size = 5 * shape.outputs * CoordinateLSTM.tapeBlockLength
                    result.update(from: outputs, count: size)
                }
            }
        }
        #expect(gradients[0] == gradients[1] && gradients[0] == gradients[2])
    }
}
