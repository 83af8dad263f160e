import Kernels
import Numerics

extension LearnedOptimizer {
    /// A learned optimizer at work: the states of its LSTM, one a coordinate, and what a quasi-Newton step and the line
    /// search need. The LSTM speaks at accepted points only.
    public struct State: Optimizer, Sendable {
        var proposal: LearnedProposal
        private var search: LineSearch

        init(
            _ optimizer: LearnedOptimizer, bounds: ClosedRange<Float>?, grid: Grid, horizon: Int,
            statePrecision: LSTMStatePrecision = .float16, hasLineSearch: Bool = true
        ) {
            proposal = LearnedProposal(optimizer, grid: grid, horizon: horizon, statePrecision: statePrecision)
            search = LineSearch(
                memory: hasLineSearch ? optimizer.architecture.lineSearchMemory : 0,
                firstMove: LBFGS.defaultLearningRate, bounds: bounds)
        }

        public var refusals: Int { search.refusals }

        public mutating func step(_ parameters: inout [Float], loss: Double, gradient: [Float]) {
            search.step(&parameters, loss: loss, gradient: gradient, &proposal)
        }
    }
}

/// Proposes what the LSTM says, coordinate by coordinate.
struct LearnedProposal: Proposal, Sendable {
    /// What is written down for the sake of training.
    var tape: Tape?
    private(set) var lstm: LSTMState
    private var network: CoordinateLSTM
    private let architecture: LearnedOptimizer.Architecture
    private let grid: Grid
    private var shared: SharedInputState
    private var averages: GradientAverages
    private var scale = GradientScale()
    /// Where the update has use for it.
    private var quasiNewton: QuasiNewtonProposal?

    init(_ optimizer: LearnedOptimizer, grid: Grid, horizon: Int, statePrecision: LSTMStatePrecision) {
        (architecture, network, self.grid) = (optimizer.architecture, optimizer.network, grid)
        lstm = LSTMState(shape: network.shape, count: grid.count, precision: statePrecision)
        shared = SharedInputState(horizon: horizon)
        averages = GradientAverages(architecture.inputs)
        if case .quasiNewton(let update) = architecture.update {
            let preconditioner = optimizer.preconditioner
            let preconditioning: @Sendable ([Float]) -> [Float] = { preconditioner.apply(to: $0, grid) }
            let history = CurvatureHistory(
                capacity: update.pairs, windows: GridWindows(grid, alongShorterEdge: optimizer.windows),
                preconditioning: preconditioner.isIdentity ? nil : preconditioning)
            quasiNewton = QuasiNewtonProposal(firstMove: LBFGS.defaultLearningRate, history)
        }
    }

    /// Goes on with other weights of the same architecture.
    mutating func replaceWeights(by optimizer: LearnedOptimizer) {
        precondition(optimizer.architecture == architecture)
        network = optimizer.network
    }

    mutating func dropCurvature() { quasiNewton?.dropCurvature() }

    mutating func propose(_ trial: inout [Float], from point: AcceptedPoint, after step: AcceptedStep?) {
        precondition(point.parameters.count == grid.count)
        let shared = shared.advance(to: point, after: step, architecture.sharedInputs)
        let gradient = point.freeGradient
        averages.add(gradient)
        var observation = Observation(
            bounds: point.bounds, parameters: point.parameters, gradient: gradient, averages: averages)
        if architecture.inputs.contains(.planeMean) { observation.planeMean = grid.planeMeans(gradient) }
        if architecture.inputs.contains(.neighbourhoodMean) {
            observation.neighbourhoodMean = grid.neighbourMeans(gradient)
        }
        if let basis = basis(at: point, after: step?.pair) {
            observation.basis = basis
            let meanSquare = VectorMath.dot(gradient, gradient) / Double(gradient.count)
            observation.gradientSize = Float(meanSquare.squareRoot())
        } else {
            observation.gradientUnit = scale.factor(loss: point.loss, gradient: point.gradient) ?? 0
        }
        advance(&trial, observation, shared)
    }

    /// While no curvature is known, the direction is as long as L-BFGS's first step, or as the last move if that was
    /// shorter.
    private mutating func basis(at point: AcceptedPoint, after pair: CurvaturePair?) -> QuasiNewtonBasis? {
        let firstMove = LBFGS.defaultLearningRate
        let gradientMove = pair.map { min(max(Float($0.moveSize), LineSearch.smallestMove), firstMove) } ?? firstMove
        guard let direction = quasiNewton?.direction(from: point, after: pair, gradientMove: gradientMove) else {
            return nil
        }
        return QuasiNewtonBasis(
            direction: direction.vector, gradient: point.freeGradient,
            move: pair?.move ?? [Float](repeating: 0, count: grid.count),
            planeMeanOfDirection: grid.planeMeans(direction.vector),
            // Means of nine means, as far apart as each is wide.
            broadDirection: grid.neighbourMeans(grid.neighbourMeans(direction.vector), spacing: 3),
            inverseCurvature: direction.inverseCurvature, moveSize: direction.moveSize)
    }

    /// Takes every coordinate's LSTM one step on, and moves the parameters by what it says.
    private mutating func advance(_ parameters: inout [Float], _ observation: Observation, _ shared: [Float]) {
        let shape = network.shape
        if !isKnownUniquelyReferenced(&lstm) { lstm = lstm.copy() }
        let (lstm, bias) = (lstm, network.stepBias(shared: shared))
        let (low, high) = (observation.bounds?.lowerBound ?? -.infinity, observation.bounds?.upperBound ?? .infinity)
        parameters.withUnsafeMutableBufferPointer { parameters in
            let parameters = parameters.baseAddress!
            Self.forEachChunk(of: grid.count, rows: shape.inputs + shape.outputs + 1) { range, rows, stride in
                let outputs = rows + shape.inputs * stride
                let moves = outputs + shape.outputs * stride
                observation.write(architecture.inputs, of: range, to: rows, stride: stride, kernels: network.kernels)
                network.step(
                    state: lstm, start: range.lowerBound, count: range.count, bias: bias, inputs: rows,
                    outputs: outputs, stride: stride)
                architecture.update.write(
                    moves: moves, outputs: outputs, stride: stride, observation.basis, of: range,
                    kernels: network.kernels)
                observation.parameters.withUnsafeBufferPointer { accepted in
                    let (result, accepted) = (parameters + range.lowerBound, accepted.baseAddress! + range.lowerBound)
                    for index in 0..<range.count { result[index] = min(max(accepted[index] + moves[index], low), high) }
                }
            }
        }
        tape?.append(observation, shared: shared, architecture.inputs, rows: shape.inputs, kernels: network.kernels)
    }

    /// Gives `body` consecutive ranges of coordinates, in parallel, with scratch memory for so many rows of a range.
    private static func forEachChunk(
        of count: Int, rows: Int, _ body: (Range<Int>, UnsafeMutablePointer<Float>, _ stride: Int) -> Void
    ) {
        let length = 32 * CoordinateLSTM.blockLength
        let scratch = (0..<Parallel.threadCount).map { _ in AlignedBuffer(rows * length) }
        let chunks = (count + length - 1) / length
        Parallel.forEachUnchecked(chunks) { chunk, worker in
            body(chunk * length..<min((chunk + 1) * length, count), scratch[worker].pointer, length)
        }
    }
}
