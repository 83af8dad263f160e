import Foundation
import Kernels
import Numerics

/// One walk of a `LearnedOptimizer`: the states of its LSTM, one a coordinate, and what a quasi-Newton step needs.
///
/// The LSTM speaks at accepted points only. A refused proposal is drawn back, in the end along the gradient, as in L-BFGS;
/// each trial is an evaluation like any other.
public struct LearnedWalk: Optimizer {
    /// Proposals that the guard refused so far.
    public private(set) var refusals = 0
    /// What is written down for the sake of training.
    var tape: Tape?

    private var network: CoordinateLSTM
    private let preset: LearnedOptimizer.Preset
    private let horizon: Int
    private let grid: Grid
    private let statePrecision: LSTMStatePrecision

    private var safeguard: Safeguard
    /// Where the preset has use for it.
    private var history: CurvatureHistory?
    private let preconditioner: Preconditioner
    private(set) var states: LSTMState?
    private var averages: GradientAverages
    private var scale = GradientScale()
    /// How many points were accepted.
    private var count = 0
    private var firstLoss = 0.0
    /// g.g at the last accepted point, of the whole gradient.
    private var gradientSquare = 0.0
    /// Scratch memory.
    private var direction: [Float] = []
    private var freeGradient: [Float] = []

    /// The mean absolute first step of L-BFGS.
    private static let firstMove = LBFGS.defaultLearningRate

    init(
        _ optimizer: LearnedOptimizer, bounds: ClosedRange<Float>?, grid: Grid, horizon: Int,
        statePrecision: LSTMStatePrecision = .float16, isGuarded: Bool = true
    ) {
        preset = optimizer.preset
        (self.grid, self.horizon, self.statePrecision) = (grid, max(horizon, 1), statePrecision)
        network = optimizer.network
        preconditioner = optimizer.preconditioner
        safeguard = Safeguard(memory: isGuarded ? preset.guardMemory : 0, bounds: bounds)
        averages = GradientAverages(preset.inputs)
        if case .quasiNewton(let pairs, _, _, _, _, _) = preset.update {
            let windows = GridWindows(grid, alongShorterEdge: optimizer.windows)
            history = CurvatureHistory(capacity: pairs, windows: windows)
        }
    }

    /// Goes on with other weights of the same preset.
    mutating func replaceWeights(by optimizer: LearnedOptimizer) {
        precondition(optimizer.preset == preset)
        network = optimizer.network
    }

    public mutating func step(_ parameters: inout [Float], loss: Double, gradient: [Float]) {
        precondition(gradient.count == parameters.count && grid.count == parameters.count)
        switch safeguard.judge(parameters, loss: loss, gradient: gradient) {
        case .unusable: break
        case .first:
            firstLoss = loss
            propose(&parameters, Arrival(loss: loss))
        case .accepted(let move, let change, let decrease, let slope):
            let preconditioning = preconditioning
            let products =
                history?.push(move: move, gradientChange: change, preconditioning: preconditioning)
                ?? CurvatureHistory.Products(move: move, gradientChange: change)
            propose(
                &parameters, Arrival(loss: loss, decrease: decrease, slope: slope, products: products, move: move))
        case .refused(let retreat):
            refusals += 1
            if retreat.isAlongGradient { history?.removeAll() }
            safeguard.take(retreat, firstMove: Self.firstMove, &parameters)
        }
    }

    /// What an accepted point told.
    private struct Arrival {
        var loss: Double
        var decrease = 0.0
        /// Of the objective along the last move, at its beginning.
        var slope = 0.0
        var products: CurvatureHistory.Products?
        var move: [Float] = []
    }

    /// Gives P v; `nil` stands for P = I.
    private var preconditioning: (([Float]) -> [Float])? {
        preconditioner.isIdentity ? nil : { [preconditioner, grid] in preconditioner.apply(to: $0, grid) }
    }

    // MARK: - Proposals

    private mutating func propose(_ parameters: inout [Float], _ arrival: Arrival) {
        count += 1
        let lastGradientSquare = gradientSquare
        gradientSquare = VectorMath.dot(safeguard.gradient, safeguard.gradient)
        let shared = preset.sharedInputs.map {
            Float(value(of: $0, arrival, lastGradientSquare: lastGradientSquare))
        }
        safeguard.takeFreeGradient(&freeGradient)
        averages.add(freeGradient)
        var observation = Observation(
            parameters: safeguard.parameters, bounds: safeguard.bounds, gradient: freeGradient, averages: averages)
        if history == nil {
            observation.gradientUnit = scale.factor(loss: arrival.loss, gradient: safeguard.gradient) ?? 0
        } else {
            takeDirection(&observation, arrival)
        }
        observation.means = GridMeans(of: freeGradient, grid, preset.inputs)
        advance(&parameters, observation, shared)
    }

    /// Completes the observation by the direction of L-BFGS.
    ///
    /// While there are no curvature pairs, that is the preconditioned gradient: as long as L-BFGS's own first step, or as
    /// the last move if that was shorter.
    private mutating func takeDirection(_ observation: inout Observation, _ arrival: Arrival) {
        let size = Double(freeGradient.count)
        let moveSize = arrival.products.map { ($0.moveMove / size).squareRoot() }
        if moveSize == 0 { history!.removeAll() }
        let preconditioned = preconditioning?(freeGradient)
        VectorMath.copy(freeGradient, to: &direction)
        observation.gradientSize = Float((VectorMath.dot(freeGradient, freeGradient) / size).squareRoot())
        observation.move = arrival.products == nil ? [Float](repeating: 0, count: freeGradient.count) : arrival.move
        if let gamma = history!.applyInverseHessian(to: &direction, preconditioned: preconditioned) {
            safeguard.hold(&direction)
            observation.inverseCurvature = Float(gamma)
            observation.moveSize = Float(moveSize!)
        } else {
            let meanMove =
                moveSize.map { min(max(Float($0), Safeguard.smallestMove), Self.firstMove) } ?? Self.firstMove
            if let preconditioned {
                VectorMath.copy(preconditioned, to: &direction)
                safeguard.hold(&direction)
            }
            let rate = Float(Double(meanMove) / (VectorMath.sumOfMagnitudes(direction) / size))
            VectorMath.combine(&direction, scaledBy: rate.isFinite ? rate : 0, adding: [], of: [])
            observation.inverseCurvature = rate.isFinite ? rate : 0
            observation.moveSize = meanMove
        }
        observation.direction = direction
        observation.commonDirection = GridMeans.overPlanes(direction, grid)
        // Means of nine means, as far apart as each is wide.
        observation.broadDirection = GridMeans.overNeighbours(
            GridMeans.overNeighbours(direction, grid), grid, apart: 3)
    }

    // MARK: - The LSTM

    /// Takes every coordinate's LSTM one step on, and moves the parameters by what it says.
    private mutating func advance(_ parameters: inout [Float], _ observation: Observation, _ shared: [Float]) {
        let shape = network.shape
        if states == nil {
            states = LSTMState(shape: shape, count: grid.count, precision: statePrecision)
        } else if !isKnownUniquelyReferenced(&states) {
            states = states!.copy()
        }
        let states = states!
        let bias = network.stepBias(shared: shared)
        let recorder = tape?.recorder(rows: shape.inputs, shared: shared, observation)
        let (low, high) = (safeguard.bounds?.lowerBound ?? -.infinity, safeguard.bounds?.upperBound ?? .infinity)
        parameters.withUnsafeMutableBufferPointer { parameters in
            let parameters = parameters.baseAddress!
            Self.forEachChunk(of: grid.count, rows: shape.inputs + shape.outputs + 1) { range, rows, stride in
                let outputs = rows + shape.inputs * stride
                let moves = outputs + shape.outputs * stride
                observation.write(preset.inputs, of: range, to: rows, stride: stride, kernels: network.kernels)
                network.step(
                    state: states, start: range.lowerBound, count: range.count, bias: bias, inputs: rows,
                    outputs: outputs, stride: stride)
                preset.update.write(
                    moves: moves, outputs: outputs, stride: stride, observation, of: range, kernels: network.kernels)
                observation.parameters.withUnsafeBufferPointer { accepted in
                    let (result, accepted) = (parameters + range.lowerBound, accepted.baseAddress! + range.lowerBound)
                    for index in 0..<range.count { result[index] = min(max(accepted[index] + moves[index], low), high) }
                }
                recorder?.record(rows, stride: stride, of: range)
            }
        }
        if let recorder { tape!.append(recorder) }
    }

    /// Gives `body` consecutive ranges of coordinates, in parallel, with scratch memory for so many rows of a range.
    private static func forEachChunk(
        of count: Int, rows: Int, _ body: (Range<Int>, UnsafeMutablePointer<Float>, _ stride: Int) -> Void
    ) {
        let length = 32 * CoordinateLSTM.blockLength
        let scratch = (0..<Parallel.threadCount).map { _ in AlignedBuffer(rows * length) }
        withoutActuallyEscaping(body) { body in
            Parallel.forEach((count + length - 1) / length, sharing: body) { body, chunk, worker in
                body(chunk * length..<min((chunk + 1) * length, count), scratch[worker].pointer, length)
            }
        }
    }

    // MARK: - What all coordinates see

    private func value(of input: SharedInput, _ arrival: Arrival, lastGradientSquare: Double) -> Double {
        let tiny = Double.leastNormalMagnitude
        let last = arrival.loss + arrival.decrease
        switch input {
        case .progress: return clamp(log(max(ratio(arrival.loss, firstLoss), 0) + 1e-6), -6, 2) / 2
        case .decrease: return clamp(4 * log(max(last, tiny) / max(arrival.loss, tiny)), -3, 3)
        case .agreement: return clamp(arrival.decrease / max(-arrival.slope, tiny) - 0.5, -2, 2)
        case .time: return min(Double(count) / Double(horizon), 1)
        case .beginning: return tanh(Double(count) / 10)
        case .horizon: return log(Double(horizon)) / 5
        case .gradientTurn, .moveSlope, .conditioning, .moveSize:
            guard let products = arrival.products else { return 0 }
            let change = products.changeChange
            switch input {
            case .gradientTurn:
                // g.g' from |g - g'|^2
                let product = (gradientSquare + lastGradientSquare - change) / 2
                return clamp(ratio(product, (gradientSquare * lastGradientSquare).squareRoot()), -1, 1)
            case .moveSlope:
                // s.g = s.g' + s.y
                let product = arrival.slope + products.moveChange
                return clamp(ratio(product, (products.moveMove * gradientSquare).squareRoot()), -1, 1)
            case .conditioning:
                guard products.areUsable else { return 2 }
                let ratio = products.moveMove * change / (products.moveChange * products.moveChange)
                return clamp(log(ratio), 0, 6) / 3
            default:
                let size = (products.moveMove / Double(grid.count)).squareRoot()
                return clamp(log(max(size, tiny) / Double(LBFGS.defaultLearningRate)), -6, 3) / 3
            }
        }
    }
}

private func clamp(_ value: Double, _ low: Double, _ high: Double) -> Double { min(max(value, low), high) }

/// numerator / denominator, or 0 where that is not to be had.
private func ratio(_ numerator: Double, _ denominator: Double) -> Double {
    denominator > 0 && numerator.isFinite ? numerator / denominator : 0
}
