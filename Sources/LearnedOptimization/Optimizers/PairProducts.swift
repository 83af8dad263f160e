/// The inner products of curvature pairs with each other, from which the coefficients of L-BFGS follow.
///
/// H g is a linear combination of P g, the moves s and the P y, and its coefficients depend on inner products only
/// ("vector-free L-BFGS", Chen et al. 2014).
struct PairProducts: Sendable {
    /// s_i . y_j for j >= i, and y_i . P y_j, of the pairs so far, oldest first.
    private var moveDotChange: [[Double]] = []
    private var changeDotChange: [[Double]] = []

    var count: Int { moveDotChange.count }

    mutating func removeOldest() {
        moveDotChange.removeFirst()
        changeDotChange.removeFirst()
        for i in moveDotChange.indices {
            moveDotChange[i].removeFirst()
            changeDotChange[i].removeFirst()
        }
    }

    /// Adds the columns, and where there is symmetry the rows, of the newest pairs.
    ///
    /// - Parameters:
    ///   - added: how many pairs are new.
    ///   - inner: rows are every s and then every P y, the new ones among them; columns are each new y, and maybe others.
    mutating func add(_ added: Int, _ inner: [[Double]]) {
        let (known, total) = (count, count + added)
        for i in 0..<known {
            moveDotChange[i] += inner[i][..<added]
            changeDotChange[i] += inner[total + i][..<added]
        }
        for i in known..<total {
            moveDotChange.append([Double](repeating: .nan, count: known) + inner[i][..<added])
            changeDotChange.append((0..<known).map { changeDotChange[$0][i] } + inner[total + i][..<added])
        }
    }

    /// s.y of each pair.
    var curvatures: [Double] { (0..<count).map { moveDotChange[$0][$0] } }

    /// y.Py of the newest pair.
    var newestChange: Double { changeDotChange[count - 1][count - 1] }

    /// The coefficients in H g of P g, of each P y and of each s.
    ///
    /// - Parameters:
    ///   - pairs: those that count, ascending.
    ///   - gamma: H_0 = gamma P
    ///   - inner: the products of every s and then of every P y with g
    func coefficients(of pairs: [Int], gamma: Double, withGradient inner: [Double]) -> [Double] {
        // The first loop: q = g - sum_i alpha_i y_i.
        var alpha = [Double](repeating: 0, count: count)
        for i in pairs.reversed() {
            var moveDotQ = inner[i]
            for j in i + 1..<count { moveDotQ -= alpha[j] * moveDotChange[i][j] }
            alpha[i] = moveDotQ / moveDotChange[i][i]
        }
        // The second: r = gamma P q + sum_i beta_i s_i.
        var beta = [Double](repeating: 0, count: count)
        for i in pairs {
            var changeDotQ = inner[count + i]
            for j in 0..<count { changeDotQ -= alpha[j] * changeDotChange[i][j] }
            var changeDotR = gamma * changeDotQ
            for j in 0..<i { changeDotR += beta[j] * moveDotChange[j][i] }
            beta[i] = alpha[i] - changeDotR / moveDotChange[i][i]
        }
        return [gamma] + alpha.map { -gamma * $0 } + beta
    }
}
