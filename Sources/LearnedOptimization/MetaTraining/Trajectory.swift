import Foundation
import Kernels

/// The run of an optimizer in training, whose steps are written down for some of the coordinates, and the gradient of
/// its meta-loss over phi.
///
/// With the gradients of the objective as constants, dL/dphi is a sum over coordinates i and steps t of
/// (dL/dtheta_{t,i}) (dtheta_{t,i}/dphi). So n of the N coordinates, drawn at random and weighted by N/n, give an
/// unbiased estimate of it.
struct Trajectory {
    /// Of every evaluation so far, the start's first.
    private(set) var losses: [Double]

    private let objective: any Objective
    private let training: LearnedOptimizer.Preset.Training
    private let horizon: Int
    private var state: LearnedOptimizer.State
    private var parameters: [Float]
    private var gradient: [Float]

    /// - Parameter horizon: how many steps there will be in all.
    init(
        _ problem: Problem, with optimizer: LearnedOptimizer, horizon: Int, _ training: LearnedOptimizer.Preset.Training
    ) {
        (objective, self.horizon, self.training) = (problem.objective, horizon, training)
        state = LearnedOptimizer.State(
            optimizer, bounds: objective.bounds, grid: objective.grid, horizon: horizon, statePrecision: .float32,
            hasLineSearch: false)
        parameters = problem.start
        if let bounds = objective.bounds { VectorMath.clamp(&parameters, to: bounds) }
        gradient = [Float](repeating: 0, count: parameters.count)
        losses = [objective.evaluate(parameters, gradient: &gradient)]
    }

    var parameterCount: Int { parameters.count }
    /// Whether the last point has a loss and a gradient; it goes on from no other.
    var isFinite: Bool { losses.last!.isFinite && VectorMath.sumOfMagnitudes(gradient).isFinite }

    /// A stretch of the trajectory that is back-propagated through at once.
    struct Unroll {
        var tape: Tape
        /// dL/dtheta_t of the tape's coordinates, for each point a step of the tape led to.
        var slopes: [[Float]]
        /// The part of the meta-loss that it contributes.
        var metaLoss: Double
        /// N / n
        var share: Float
        /// `LearnedOptimizer.Preset.Training.persistence`
        let persistence: Float
    }

    /// Goes on by `steps` steps.
    ///
    /// - Parameter coordinates: those written down, ascending.
    mutating func advance(_ steps: Int, coordinates: [Int]) -> Unroll {
        state.proposal.tape = Tape(
            coordinates: coordinates, initialState: state.proposal.lstm.gather(coordinates))
        var slopes: [[Float]] = []
        let first = losses.count
        for _ in 0..<steps {
            state.step(&parameters, loss: losses.last!, gradient: gradient)
            if let bounds = objective.bounds { VectorMath.clamp(&parameters, to: bounds) }
            losses.append(objective.evaluate(parameters, gradient: &gradient))
            slopes.append(
                coordinates.map { index in
                    // A parameter held by its bound has no say in the loss.
                    objective.bounds?.freeSlope(gradient[index], at: parameters[index]) ?? gradient[index]
                })
            guard isFinite else { break }
        }
        var sum = 0.0
        for (step, index) in (first..<losses.count).enumerated() {
            let (value, slope) = training.loss.term(of: losses, at: index, horizon: horizon)
            sum += value
            for coordinate in slopes[step].indices { slopes[step][coordinate] *= Float(slope) }
        }
        let share = Float(parameters.count) / Float(max(coordinates.count, 1))
        defer { state.proposal.tape = nil }
        return Unroll(
            tape: state.proposal.tape!, slopes: slopes, metaLoss: sum, share: share, persistence: training.persistence)
    }

    mutating func replaceWeights(by optimizer: LearnedOptimizer) { state.proposal.replaceWeights(by: optimizer) }
}

extension Trajectory.Unroll {
    /// dL/dphi by back-propagation through the unroll.
    func gradient(of optimizer: LearnedOptimizer) -> [Double] {
        let network = optimizer.network
        let upstream = accumulatedSlopes
        let (steps, count, outputCount) = (tape.steps, tape.coordinates.count, network.shape.outputs)
        let gradient = network.gradient(
            steps: steps.count, count: count, initialState: tape.initialState, inputs: steps.flatMap(\.inputs),
            shared: steps.flatMap(\.shared)
        ) { block, outputs, result in
            let stride = CoordinateLSTM.tapeBlockLength
            for (t, step) in steps.enumerated() {
                let place = t * outputCount * stride
                optimizer.architecture.update.writeGradient(
                    result + place, upstream: upstream[t], outputs: outputs + place, stride: stride, step.basis,
                    of: block, kernels: network.kernels)
            }
        }
        return gradient.map { $0 * Double(share) }
    }

    /// A step moves every later point: dL/du_t is the sum of dL/dtheta over the points from there on, each counting
    /// less than the one before.
    private var accumulatedSlopes: [[Float]] {
        var sums = slopes
        for index in stride(from: sums.count - 2, through: 0, by: -1) {
            for coordinate in sums[index].indices {
                sums[index][coordinate] += persistence * sums[index + 1][coordinate]
            }
        }
        return sums
    }
}
