import Foundation
import Kernels

/// A walk whose steps are written down for some of the coordinates, and the gradient of its meta-loss over phi.
///
/// With the gradients of the objective as constants, dL/dphi is a sum over coordinates i and steps t of
/// (dL/dtheta_{t,i}) (dtheta_{t,i}/dphi). So n of the N coordinates, drawn at random and weighted by N/n, give an unbiased
/// estimate of it.
struct Trajectory {
    /// Of every evaluation so far, the start's first.
    private(set) var losses: [Double]

    private let objective: any Objective
    private let metaLoss: LearnedOptimizer.MetaLoss
    private let horizon: Int
    private var walk: LearnedWalk
    private var parameters: [Float]
    private var gradient: [Float]

    /// - Parameter horizon: how many steps there will be in all.
    init(_ problem: Problem, with optimizer: LearnedOptimizer, horizon: Int, metaLoss: LearnedOptimizer.MetaLoss) {
        (objective, self.horizon, self.metaLoss) = (problem.objective, horizon, metaLoss)
        walk = LearnedWalk(
            optimizer, bounds: objective.bounds, grid: objective.grid, horizon: horizon, statePrecision: .float32,
            isGuarded: false)
        parameters = problem.start
        if let bounds = objective.bounds { VectorMath.clamp(&parameters, to: bounds) }
        gradient = [Float](repeating: 0, count: parameters.count)
        losses = [objective.evaluate(parameters, gradient: &gradient)]
    }

    var parameterCount: Int { parameters.count }
    /// Whether the last point has a loss and a gradient; a walk goes on from no other.
    var isFinite: Bool { losses.last!.isFinite && VectorMath.sumOfMagnitudes(gradient).isFinite }

    /// A stretch of the trajectory.
    struct Stretch {
        var tape: Tape
        /// dL/dtheta_t of the tape's coordinates, for each point a step of the tape led to.
        var slopes: [[Float]]
        /// The part of the meta-loss that it contributes.
        var metaLoss: Double
        /// N / n
        var share: Float
    }

    /// Walks on by `steps` steps.
    ///
    /// - Parameter coordinates: those written down, ascending.
    mutating func advance(_ steps: Int, coordinates: [Int]) -> Stretch {
        walk.tape = Tape(coordinates: coordinates, initialState: walk.states?.gather(coordinates))
        var slopes: [[Float]] = []
        let first = losses.count
        for _ in 0..<steps {
            walk.step(&parameters, loss: losses.last!, gradient: gradient)
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
            let (value, slope) = term(at: index)
            sum += value
            for coordinate in slopes[step].indices { slopes[step][coordinate] *= Float(slope) }
        }
        let share = Float(parameters.count) / Float(max(coordinates.count, 1))
        return Stretch(tape: walk.tape!, slopes: slopes, metaLoss: sum, share: share)
    }

    mutating func replaceWeights(by optimizer: LearnedOptimizer) { walk.replaceWeights(by: optimizer) }

    /// What evaluation `index` adds to the meta-loss, and the derivative of that with respect to its loss.
    private func term(at index: Int) -> (value: Double, slope: Double) {
        switch metaLoss {
        case .loss: return (losses[index] / Double(horizon), 1 / Double(horizon))
        case .logExcess:
            let weight = (4 * index >= 3 * horizon ? 3 : 1) / (1.5 * Double(horizon))
            // The part that no optimizer removes is not known; most of the lowest loss so far stands for it.
            let floor = 0.9 * max(losses.min()!, 0)
            // A loss that falls to nothing is not worth more than one that falls to a millionth.
            let (excess, least) = (losses[index] - floor, 1e-6 * losses[0])
            return (
                weight * (log(max(excess, least)) - log(losses[0] - floor)), excess > least ? weight / excess : 0
            )
        }
    }
}

extension Trajectory.Stretch {
    /// dL/dphi by back-propagation through the stretch.
    func gradient(of optimizer: LearnedOptimizer) -> [Double] {
        let network = optimizer.network
        let upstream = accumulatedSlopes(optimizer.preset.training.persistence)
        let (steps, count, outputCount) = (tape.steps, tape.coordinates.count, network.shape.outputs)
        let gradient = network.gradient(
            steps: steps.count, count: count, initialState: tape.initialState, inputs: steps.flatMap(\.inputs),
            shared: steps.flatMap(\.shared)
        ) { block, outputs, result in
            let stride = CoordinateLSTM.tapeBlockLength
            for (t, step) in steps.enumerated() {
                let place = t * outputCount * stride
                optimizer.preset.update.writeGradient(
                    step, coordinates: count, block, upstream: upstream[t], outputs: outputs + place, stride: stride,
                    to: result + place, kernels: network.kernels)
            }
        }
        return gradient.map { $0 * Double(share) }
    }

    /// A step moves every later point: dL/du_t is the sum of dL/dtheta over the points from there on, each counting less
    /// than the one before.
    private func accumulatedSlopes(_ persistence: Float) -> [[Float]] {
        var sums = slopes
        for index in stride(from: sums.count - 2, through: 0, by: -1) {
            for coordinate in sums[index].indices {
                sums[index][coordinate] += persistence * sums[index + 1][coordinate]
            }
        }
        return sums
    }
}
