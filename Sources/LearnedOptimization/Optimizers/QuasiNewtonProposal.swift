/// Proposes the quasi-Newton step -H g at full length, g being the free gradient. While no curvature is known, a step
/// along the gradient.
struct QuasiNewtonProposal: Proposal, Sendable {
    /// The mean absolute move of a step along the gradient.
    let firstMove: Float
    private var history: CurvatureHistory

    init(firstMove: Float, _ history: CurvatureHistory) { (self.firstMove, self.history) = (firstMove, history) }

    mutating func propose(_ trial: inout [Float], from point: AcceptedPoint, after step: AcceptedStep?) {
        let isStuck = step?.pair.moveMove == 0
        let direction = direction(
            from: point, after: step?.pair, gradientMove: isStuck ? LineSearch.smallestMove : firstMove)
        point.descend(&trial, along: direction.vector)
    }

    mutating func dropCurvature() { history.removeAll() }

    mutating func resample(_ resample: ([Float]) -> [Float]) { history.resample(resample) }

    /// Downhill is -`vector`.
    struct Direction {
        var vector: [Float]
        /// gamma, about the vector's length over the gradient's, in the units of the parameters by those of the
        /// gradient.
        var inverseCurvature: Float
        /// The root mean square of the last move; without known curvature, the length of the vector.
        var moveSize: Float
    }

    /// - Parameter gradientMove: the vector's mean magnitude while no curvature is known.
    mutating func direction(
        from point: AcceptedPoint, after pair: CurvaturePair?, gradientMove: Float
    ) -> Direction {
        if let pair {
            history.push(pair)
            // A step too short for single precision would be repeated for ever: the curvature is felt anew.
            if pair.moveMove == 0 { history.removeAll() }
        }
        if let direction = history.direction(for: point.freeGradient) {
            var vector = direction.vector
            point.hold(&vector)
            return Direction(
                vector: vector, inverseCurvature: Float(direction.gamma),
                moveSize: pair.map { Float($0.moveSize) } ?? gradientMove)
        }
        var vector = history.preconditioned(point.freeGradient)
        point.hold(&vector)
        let rate = VectorMath.scale(&vector, toMean: gradientMove)
        return Direction(vector: vector, inverseCurvature: rate, moveSize: gradientMove)
    }
}
