import Kernels

/// What the LSTMs of some coordinates saw during an unroll: enough to run them again and differentiate.
///
/// Gradients of the objective are inputs without a derivative of their own (Andrychowicz et al. 2016), so a
/// coordinate's LSTM never touches another's: any few coordinates can be differentiated without the rest.
struct Tape: Sendable {
    /// Ascending.
    let coordinates: [Int]
    /// Of the LSTMs where the unroll begins, [layer][h, c][unit][coordinate].
    let initialState: [Float]
    private(set) var steps: [Step] = []

    struct Step: Sendable {
        var shared: [Float]
        /// [row][coordinate]
        var inputs: [Float]
        var basis: QuasiNewtonBasis
    }

    init(coordinates: [Int], initialState: [Float]) {
        (self.coordinates, self.initialState) = (coordinates, initialState)
    }

    mutating func append(
        _ observation: Observation, shared: [Float], _ inputs: [CoordinateInput], rows: Int, kernels: KernelSet
    ) {
        let observation = observation.gathered(coordinates)
        let values = [Float](unsafeUninitializedCapacity: rows * coordinates.count) { values, count in
            if !coordinates.isEmpty {
                observation.write(
                    inputs, of: coordinates.indices, to: values.baseAddress!, stride: coordinates.count,
                    kernels: kernels)
            }
            count = rows * coordinates.count
        }
        steps.append(Step(shared: shared, inputs: values, basis: observation.basis))
    }
}
