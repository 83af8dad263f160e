import Kernels

/// What the LSTMs of some coordinates saw during a stretch of a walk: enough to run them again and differentiate.
///
/// Gradients of the objective are inputs without a derivative of their own (Andrychowicz et al. 2016), so a coordinate's
/// LSTM never touches another's: any few coordinates can be differentiated without the rest.
struct Tape {
    /// Ascending.
    let coordinates: [Int]
    /// Of the LSTMs where the stretch begins, [layer][h, c][unit][coordinate]; `nil` is all zeros.
    let initialState: [Float]?
    private(set) var steps: [Step] = []

    struct Step {
        var shared: [Float]
        /// [row][coordinate]
        var inputs: [Float]
        /// What a quasi-Newton rule is made of: d, g, s, d' and d'', [5][coordinate].
        var basis: [Float]
        var inverseCurvature: Float
        var moveSize: Float
    }

    init(coordinates: [Int], initialState: [Float]?) {
        (self.coordinates, self.initialState) = (coordinates, initialState)
    }

    func recorder(rows: Int, shared: [Float], _ observation: Observation) -> Recorder {
        Recorder(coordinates: coordinates, rows: rows, shared: shared, observation)
    }

    mutating func append(_ recorder: Recorder) { steps.append(recorder.step) }

    /// Writes down one step of the network, chunk by chunk, from several threads.
    final class Recorder: Sendable {
        private let coordinates: [Int]
        private let rows: Int
        private let inputs: AlignedBuffer
        private let template: Step

        init(coordinates: [Int], rows: Int, shared: [Float], _ observation: Observation) {
            (self.coordinates, self.rows) = (coordinates, rows)
            inputs = AlignedBuffer(rows * coordinates.count)
            let basis = [
                observation.direction, observation.gradient, observation.move, observation.commonDirection,
                observation.broadDirection,
            ].flatMap { vector in
                coordinates.map { vector.isEmpty ? 0 : vector[$0] }
            }
            template = Step(
                shared: shared, inputs: [], basis: basis, inverseCurvature: observation.inverseCurvature,
                moveSize: observation.moveSize)
        }

        func record(_ chunk: UnsafePointer<Float>, stride: Int, of range: Range<Int>) {
            var place = coordinates.firstIndex(notBelow: range.lowerBound)
            while place < coordinates.count, coordinates[place] < range.upperBound {
                let column = coordinates[place] - range.lowerBound
                for row in 0..<rows { inputs.pointer[row * coordinates.count + place] = chunk[row * stride + column] }
                place += 1
            }
        }

        var step: Step {
            var step = template
            step.inputs = Array(UnsafeBufferPointer(start: inputs.pointer, count: inputs.count))
            return step
        }
    }
}

extension [Int] {
    /// Of ascending values, where those from `value` on begin.
    fileprivate func firstIndex(notBelow value: Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
