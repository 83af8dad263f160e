@testable import LearnedOptimization

/// H g by the textbook's two loops (Nocedal and Wright 2006, algorithm 7.4) from H_0 = gamma P, in double precision but
/// for P.
struct TwoLoopRecursion {
    let direction: [Double]
    let gamma: Double

    /// - Parameters:
    ///   - pairs: the oldest first; not none.
    ///   - preconditioner: P v, the identity unless said.
    init(
        _ pairs: [CurvaturePair], gradient: [Float],
        preconditioner: ([Float]) -> [Float] = { $0 }
    ) {
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map(*).reduce(0, +) }
        func apply(_ v: [Double]) -> [Double] { preconditioner(v.map { Float($0) }).map(Double.init) }
        let pairs = pairs.map { ($0.move.map(Double.init), $0.change.map(Double.init)) }
        var q = gradient.map(Double.init)
        var alphas: [Double] = []
        for (s, y) in pairs.reversed() {
            let alpha = dot(s, q) / dot(s, y)
            alphas.append(alpha)
            q = zip(q, y).map { $0 - alpha * $1 }
        }
        let (s, y) = pairs.last!
        let gamma = dot(s, y) / dot(y, apply(y))
        var r = apply(q).map { gamma * $0 }
        for ((s, y), alpha) in zip(pairs, alphas.reversed()) {
            let beta = dot(y, r) / dot(s, y)
            r = zip(r, s).map { $0 + (alpha - beta) * $1 }
        }
        (direction, self.gamma) = (r, gamma)
    }
}
