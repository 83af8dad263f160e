import CNeuralKernels
import Numerics
import Synchronization

/// The weights of a convolution, transformed for Winograd when they are first needed: four times the memory, which the
/// layers of a large network that are never run do not take.
final class WinogradWeights: Sendable {
    private enum State: Sendable {
        case plain([Float])
        case transformed(AlignedBuffer)
    }

    private let inputs: Int
    private let outputs: Int
    private let isTransposed: Bool
    private let state: Mutex<State>

    /// - Parameters:
    ///   - weights: [output][input][3][3].
    ///   - isTransposed: whether they are for the backward pass.
    init(_ weights: [Float], inputs: Int, outputs: Int, isTransposed: Bool) {
        self.inputs = inputs
        self.outputs = outputs
        self.isTransposed = isTransposed
        state = Mutex(.plain(weights))
    }

    /// As `winograd_transform_weights` lays them out.
    var transformed: AlignedBuffer {
        state.withLock { state in
            switch state {
            case .transformed(let buffer): return buffer
            case .plain(let weights):
                let buffer = AlignedBuffer(winograd_weights_size(Int32(inputs), Int32(outputs)))
                Parallel.forEach(((isTransposed ? inputs : outputs) + 15) / 16) { block, _ in
                    winograd_transform_weights(
                        weights, Int32(inputs), Int32(outputs), isTransposed ? 1 : 0, Int32(block), Int32(block + 1),
                        buffer.pointer)
                }
                state = .transformed(buffer)
                return buffer
            }
        }
    }
}
