/// The sizes a picture is painted at, coarse to fine, and the evaluations spent at each.
///
/// Large structure is cheap to move at a coarse size and hard to move at a fine one.
public struct Schedule: Equatable, Sendable {
    public struct Scale: Equatable, Sendable {
        public var width: Int
        public var height: Int
        /// Evaluations of the objective.
        public var steps: Int

        /// In steps of one pixel. The style's matrices, whose size does not depend on the picture's, take as long as some
        /// 30 000 pixels.
        var work: Double { Double(steps) * Double(width * height + 30_000) }
    }

    public let scales: [Scale]

    /// The longest edge below which nothing is left to paint.
    static let coarsestEdge = 64

    /// Halves the size down to an edge of about 64.
    ///
    /// - Parameters:
    ///   - width: of the result, like `height`.
    ///   - optimizer: which takes the steps.
    ///   - steps: evaluations over all scales, shared out in the default proportions; `nil` takes the default.
    public init(width: Int, height: Int, optimizer: Stylizer.Optimizer, steps: Int? = nil) {
        precondition(width > 0 && height > 0 && steps.map { $0 > 0 } ?? true)
        let edge = max(width, height)
        var halvings = 0
        while edge >> (halvings + 1) >= Self.coarsestEdge { halvings += 1 }
        let sizes = (0...halvings).reversed().map { halving in
            let factor = 1 / Double(1 << halving)
            return (
                width: max(1, Int((Double(width) * factor).rounded())),
                height: max(1, Int((Double(height) * factor).rounded()))
            )
        }
        var shares = sizes.map { Self.defaultSteps(edge: max($0.width, $0.height)) }
        // The next size makes up for what a learned optimizer leaves undone, the last by an eighth more steps: a picture of
        // 512 pixels ends at 0.992 times the loss that 32 steps at every size leave, in 0.89 times the time. With 16 steps
        // at 512 too, one of 1024 ends at 1.02 times the loss.
        if case .learned = optimizer, halvings > 0 {
            for (i, size) in sizes.enumerated().dropLast() {
                shares[i] = min(shares[i], max(size.width, size.height) < 384 ? 16 : 32)
            }
            shares[halvings] += shares[halvings] / 8
        }
        let total = shares.reduce(0, +)
        // Rounding the running sum keeps the total exact.
        var (given, done) = (0, 0)
        scales = zip(sizes, shares).map { size, share in
            given += share
            let until = steps.map { $0 * given / total } ?? given
            defer { done = until }
            return Scale(width: size.width, height: size.height, steps: until - done)
        }.filter { $0.steps > 0 }
    }

    public var steps: Int { scales.reduce(0) { $0 + $1.steps } }
    var work: Double { scales.reduce(0) { $0 + $1.work } }

    private static func defaultSteps(edge: Int) -> Int {
        switch edge {
        case ..<192: 64
        case ..<384: 48
        case ..<768: 32
        default: 24
        }
    }
}
