/// What the last few moves told about the curvature, and the quasi-Newton direction that follows from it.
///
/// A pair is a move s of the parameters and the change y of the gradient along it. From the pairs, L-BFGS builds an
/// approximation H of the inverse Hessian, starting from H_0 = gamma I with gamma = s.y / y.y of the newest pair
/// (Nocedal 1980; Liu and Nocedal 1989); or from H_0 = gamma P with gamma = s.y / y.Py, given a symmetric positive
/// definite preconditioner P.
///
/// The textbook's two loops read every vector four times. H g is a linear combination of P g, the moves s and the P y,
/// though, and its coefficients depend only on inner products ("vector-free L-BFGS", Chen et al. 2014). Those among
/// stored vectors are kept; a direction then takes one pass over the vectors for the new products and one for the
/// combination.
struct CurvatureHistory: Sendable {
    /// The most pairs kept; the oldest make room.
    let capacity: Int

    /// s_i and P y_i, oldest first.
    private(set) var moves: [[Float]] = []
    private(set) var changes: [[Float]] = []
    /// y_i of the newest pairs, whose products are missing until the next direction takes them.
    private var newChanges: [[Float]] = []

    /// s_i . y_j for j >= i, and y_i . P y_j.
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
    ///
    /// - Parameter preconditioning: gives P y; `nil` stands for P = I.
    @discardableResult
    mutating func push(
        move: [Float], gradientChange: [Float], preconditioning: (([Float]) -> [Float])? = nil
    ) -> Products {
        let products = Products(move: move, gradientChange: gradientChange)
        guard products.areUsable else { return products }
        if count == capacity { removeOldest() }
        moves.append(move)
        changes.append(preconditioning?(gradientChange) ?? gradientChange)
        newChanges.append(gradientChange)
        return products
    }

    mutating func removeAll() {
        self = CurvatureHistory(capacity: capacity)
    }

    private mutating func removeOldest() {
        moves.removeFirst()
        changes.removeFirst()
        guard !moveDotChange.isEmpty else {
            newChanges.removeFirst()
            return
        }
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
        /// The newest pair's s.y / y.Py: an inverse curvature, in the units of the parameters by those of the gradient.
        var gamma: Double
    }

    /// Replaces `gradient` g by H g, an estimate of the way that leads here from the minimum; or, should rounding have
    /// spoilt H so much that H g does not point uphill, by gamma P g. Without any pair, does nothing and returns `nil`.
    ///
    /// - Parameter preconditioned: P g; `nil` stands for P = I.
    mutating func applyInverseHessian(to gradient: inout [Float], preconditioned: [Float]? = nil) -> Direction? {
        guard !isEmpty else { return nil }

        // One pass over all vectors takes the products with the gradient and those missing for the newest pairs.
        let columns = newChanges + [gradient]
        let withMoves = VectorMath.innerProducts(moves, columns)
        let withChanges = VectorMath.innerProducts(changes + [preconditioned ?? gradient], columns)
        store(withMoves, withChanges)
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
        // The second: r = gamma P q + sum_i beta_i s_i.
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
        if let preconditioned { VectorMath.copy(preconditioned, to: &gradient) }
        guard slope > 0 else {
            VectorMath.combine(&gradient, scaledBy: Float(gamma), adding: [], of: [])
            return Direction(slope: gamma * gradientDotGradient, gamma: gamma)
        }
        VectorMath.combine(
            &gradient, scaledBy: Float(gamma), adding: (alpha.map { -gamma * $0 } + beta).map { Float($0) },
            of: changes + moves)
        return Direction(slope: slope, gamma: gamma)
    }

    /// Adds the columns, and where there is symmetry the rows, of the newest pairs.
    private mutating func store(_ withMoves: [[Double]], _ withChanges: [[Double]]) {
        let (known, added) = (moveDotChange.count, newChanges.count)
        for i in 0..<known {
            moveDotChange[i] += withMoves[i][..<added]
            changeDotChange[i] += withChanges[i][..<added]
        }
        for i in known..<count {
            moveDotChange.append([Double](repeating: .nan, count: known) + withMoves[i][..<added])
            changeDotChange.append((0..<known).map { changeDotChange[$0][i] } + withChanges[i][..<added])
        }
        newChanges = []
    }

    // MARK: - Another grid

    /// Carries the pairs over to another grid of coordinates. Moves keep their size, and gradients, of an objective
    /// that is a mean over coordinates, shrink as these become more. Pairs that lose their positive curvature are
    /// dropped. There must be no preconditioner.
    mutating func resample(_ resample: ([Float]) -> [Float]) {
        let old = self
        removeAll()
        for (move, change) in zip(old.moves, old.changes) {
            var newChange = resample(change)
            let ratio = Float(change.count) / Float(newChange.count)
            VectorMath.combine(&newChange, scaledBy: ratio, adding: [], of: [])
            push(move: resample(move), gradientChange: newChange)
        }
    }
}
