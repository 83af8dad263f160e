/// What the last few moves told about the curvature, and the quasi-Newton direction that follows from it.
///
/// A pair is a move s of the parameters and the change y of the gradient along it. From the pairs, L-BFGS builds an
/// approximation H of the inverse Hessian, starting from H_0 = gamma I with gamma = s.y / y.y of the newest pair
/// (Nocedal 1980; Liu and Nocedal 1989); or from H_0 = gamma P with gamma = s.y / y.Py, given a symmetric positive
/// definite preconditioner P. With more than one of `GridWindows`, each has an H of its own, from the pairs' inner
/// products within it: an objective that is hardly coupled over long distances has a Hessian of many blocks, and its
/// pairs tell of each (Griewank and Toint 1982, "Partitioned variable metric updates for large structured optimization
/// problems").
///
/// The textbook's two loops read every vector four times. With `PairProducts`, a direction takes one pass over the
/// vectors for the new products and one for the combination.
struct CurvatureHistory: Sendable {
    /// The most pairs kept; the oldest make room.
    let capacity: Int
    private let windows: GridWindows

    /// s_i and P y_i, oldest first.
    private(set) var moves: [[Float]] = []
    private(set) var changes: [[Float]] = []
    /// y_i of the newest pairs, whose products are missing until the next direction takes them.
    private var newChanges: [[Float]] = []
    /// Of each window.
    private var products: [PairProducts]

    init(capacity: Int, windows: GridWindows = .whole) {
        precondition(capacity > 0)
        (self.capacity, self.windows) = (capacity, windows)
        products = [PairProducts](repeating: PairProducts(), count: windows.count)
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
        self = CurvatureHistory(capacity: capacity, windows: windows)
    }

    private mutating func removeOldest() {
        moves.removeFirst()
        changes.removeFirst()
        guard products[0].count > 0 else {
            newChanges.removeFirst()
            return
        }
        for window in products.indices { products[window].removeOldest() }
    }

    // MARK: - Direction

    /// Replaces `gradient` g by H g, an estimate of the way that leads here from the minimum; or, should rounding have
    /// spoilt H so much that H g does not point uphill, by gamma P g. Without any pair, does nothing.
    ///
    /// - Parameter preconditioned: P g; `nil` stands for P = I.
    /// - Returns: gamma, the newest pair's s.y / y.Py: an inverse curvature, in the units of the parameters by those of
    ///   the gradient; `nil` without any pair.
    mutating func applyInverseHessian(to gradient: inout [Float], preconditioned: [Float]? = nil) -> Double? {
        guard !isEmpty else { return nil }
        let preconditioned = preconditioned ?? gradient

        // One pass over all vectors takes the products with the gradient and those missing for the newest pairs.
        let columns = newChanges + [gradient]
        let inner = windows.innerProducts(moves + changes, columns)
        for window in products.indices { products[window].add(newChanges.count, inner[window]) }
        newChanges = []

        let (coefficients, gamma) = coefficients(withGradient: inner.map { $0.map { $0.last! } })
        var direction = windows.combination(of: [preconditioned] + changes + moves, coefficients)
        if !(VectorMath.dot(direction, gradient) > 0) {
            VectorMath.copy(preconditioned, to: &direction)
            VectorMath.combine(&direction, scaledBy: Float(gamma), adding: [], of: [])
        }
        gradient = direction
        return gamma
    }

    /// In a window, a pair with less than this of its mean curvature is left out, as it would spoil H.
    private static let leastCurvature = 0.3

    /// The coefficients of P g, of each P y and of each s, by window; and the gamma of all windows together.
    ///
    /// - Parameter inner: the products of each s and of each P y with g, by window.
    private func coefficients(withGradient inner: [[Double]]) -> (byWindow: [[Double]], gamma: Double) {
        let curvatures = products.map(\.curvatures)
        let sums = (0..<count).map { pair in curvatures.reduce(0) { $0 + $1[pair] } }
        let gamma = sums.last! / products.reduce(0) { $0 + $1.newestChange }
        let byWindow = products.indices.map { window in
            let own = curvatures[window]
            let pairs = (0..<count).filter { own[$0] >= Self.leastCurvature * sums[$0] / Double(windows.count) }
            return products[window].coefficients(
                of: pairs, gamma: pairs.last == count - 1 ? own.last! / products[window].newestChange : gamma,
                withGradient: inner[window])
        }
        return (byWindow, gamma)
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
