/// What the last few moves told about the curvature, and the quasi-Newton direction that follows from it.
///
/// A pair is a move s of the parameters and the change y of the gradient along it. From the pairs, L-BFGS builds an
/// approximation H of the inverse Hessian, starting from H_0 = gamma I with gamma = s.y / y.y of the newest pair
/// (Nocedal 1980; Liu and Nocedal 1989).
///
/// The textbook's two loops read every vector four times. H g is a linear combination of g and the stored vectors,
/// though, and its coefficients depend only on their inner products ("vector-free L-BFGS", Chen et al. 2014). Those
/// among stored vectors are kept; a direction then takes one pass over the vectors for the new products and one for the
/// combination.
struct CurvatureHistory: Sendable {
    /// The most pairs kept; the oldest make room.
    let capacity: Int

    /// s_i and y_i, oldest first.
    private(set) var moves: [[Float]] = []
    private(set) var gradientChanges: [[Float]] = []

    /// s_i . y_j and y_i . y_j. The newest pairs' products are missing until the next direction takes them.
    private var moveDotChange: [[Double]] = []
    private var changeDotChange: [[Double]] = []

    init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    var count: Int { moves.count }
    var isEmpty: Bool { moves.isEmpty }

    /// The inner products of a move s and a change y of the gradient.
    struct Products: Sendable {
        var moveMove: Double
        var moveChange: Double
        var changeChange: Double

        init(move: [Float], gradientChange: [Float]) {
            let products = VectorMath.innerProducts([move, gradientChange], [move, gradientChange])
            (moveMove, moveChange, changeChange) = (products[0][0], products[0][1], products[1][1])
        }

        /// Whether the curvature s.y is clearly positive; otherwise the pair would spoil H.
        var areUsable: Bool { moveChange > 1e-10 * (moveMove * changeChange).squareRoot() }
    }

    /// Adds a pair if its products are usable. Returns them.
    @discardableResult
    mutating func push(move: [Float], gradientChange: [Float]) -> Products {
        let products = Products(move: move, gradientChange: gradientChange)
        guard products.areUsable else { return products }
        if count == capacity { removeOldest() }
        moves.append(move)
        gradientChanges.append(gradientChange)
        return products
    }

    mutating func removeAll() {
        self = CurvatureHistory(capacity: capacity)
    }

    private mutating func removeOldest() {
        moves.removeFirst()
        gradientChanges.removeFirst()
        guard !moveDotChange.isEmpty else { return }
        moveDotChange.removeFirst()
        changeDotChange.removeFirst()
        for i in moveDotChange.indices {
            moveDotChange[i].removeFirst()
            changeDotChange[i].removeFirst()
        }
    }

    // MARK: - Direction

    /// What is known of H g besides its components.
    struct Direction {
        /// (H g) . g, positive.
        var slope: Double
        /// The newest pair's s.y / y.y: an inverse curvature, in the units of the parameters by those of the gradient.
        var gamma: Double
        /// g . g
        var gradientSquare: Double
    }

    /// Replaces `gradient` g by H g, an estimate of the way that leads here from the minimum; or, should rounding have
    /// spoilt H so much that H g does not point uphill, by gamma g. Without any pair, does nothing and returns `nil`.
    mutating func applyInverseHessian(to gradient: inout [Float]) -> Direction? {
        guard !isEmpty else { return nil }
        let known = moveDotChange.count
        let newMoves = Array(moves[known...])
        let newChanges = Array(gradientChanges[known...])

        // One pass over all vectors takes the products with the gradient and those missing for the newest pairs.
        let withMoves = VectorMath.innerProducts(moves, newChanges + [gradient])
        let withChanges = VectorMath.innerProducts(gradientChanges + [gradient], newMoves + newChanges + [gradient])
        store(withMoves, withChanges, known: known)
        let moveDotGradient = withMoves.map { $0.last! }
        let changeDotGradient = withChanges.dropLast().map { $0.last! }
        let gradientDotGradient = withChanges.last!.last!

        // The first loop: q = g - sum_i alpha_i y_i.
        var alpha = [Double](repeating: 0, count: count)
        for i in (0..<count).reversed() {
            var moveDotQ = moveDotGradient[i]
            for j in i + 1..<count { moveDotQ -= alpha[j] * moveDotChange[i][j] }
            alpha[i] = moveDotQ / moveDotChange[i][i]
        }
        // The second: r = gamma q + sum_i beta_i s_i.
        let gamma = moveDotChange[count - 1][count - 1] / changeDotChange[count - 1][count - 1]
        var beta = [Double](repeating: 0, count: count)
        for i in 0..<count {
            var changeDotQ = changeDotGradient[i]
            for j in 0..<count { changeDotQ -= alpha[j] * changeDotChange[i][j] }
            var changeDotR = gamma * changeDotQ
            for j in 0..<i { changeDotR += beta[j] * moveDotChange[j][i] }
            beta[i] = alpha[i] - changeDotR / moveDotChange[i][i]
        }

        var slope = gamma * gradientDotGradient
        for i in 0..<count { slope += beta[i] * moveDotGradient[i] - gamma * alpha[i] * changeDotGradient[i] }
        guard slope > 0 else {
            VectorMath.combine(&gradient, scaledBy: Float(gamma), adding: [], of: [])
            return Direction(slope: gamma * gradientDotGradient, gamma: gamma, gradientSquare: gradientDotGradient)
        }
        VectorMath.combine(
            &gradient, scaledBy: Float(gamma), adding: (alpha.map { -gamma * $0 } + beta).map { Float($0) },
            of: gradientChanges + moves)
        return Direction(slope: slope, gamma: gamma, gradientSquare: gradientDotGradient)
    }

    /// Adds the columns, and by symmetry the rows, of the pairs from `known` on.
    private mutating func store(_ withMoves: [[Double]], _ withChanges: [[Double]], known: Int) {
        let added = count - known
        for i in 0..<known {
            moveDotChange[i] += withMoves[i][..<added]
            changeDotChange[i] += withChanges[i][added..<2 * added]
        }
        for i in known..<count {
            // s_i . y_j of an earlier j was taken as y_j . s_i.
            moveDotChange.append((0..<known).map { withChanges[$0][i - known] } + withMoves[i][..<added])
            changeDotChange.append((0..<known).map { changeDotChange[$0][i] } + withChanges[i][added..<2 * added])
        }
    }

    // MARK: - Another grid

    /// Carries the pairs over to another grid of coordinates. Moves keep their size, and gradients, of an objective
    /// that is a mean over coordinates, shrink as these become more. Pairs that lose their positive curvature are
    /// dropped.
    mutating func resample(_ resample: ([Float]) -> [Float]) {
        let old = self
        removeAll()
        for (move, change) in zip(old.moves, old.gradientChanges) {
            var newChange = resample(change)
            let ratio = Float(change.count) / Float(newChange.count)
            VectorMath.combine(&newChange, scaledBy: ratio, adding: [], of: [])
            push(move: resample(move), gradientChange: newChange)
        }
    }
}
