import Imaging

/// The sizes a picture is painted at, coarse to fine, and the evaluations spent at each.
///
/// Large structure is cheap to move at a coarse size and hard to move at a fine one.
public struct Schedule: Equatable, Sendable {
    public struct Scale: Equatable, Sendable {
        public var size: PictureSize
        public var width: Int { size.width }
        public var height: Int { size.height }
        /// Evaluations of the objective.
        public var steps: Int

        /// In steps of one pixel. The style's matrices, whose size does not depend on the picture's, take as long as some
        /// 30 000 pixels.
        var work: Double { Double(steps) * Double(size.area + 30_000) }
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
        precondition(steps.map { $0 > 0 } ?? true)
        let size = PictureSize(width: width, height: height)
        var halvings = 0
        while size.longestEdge >> (halvings + 1) >= Self.coarsestEdge { halvings += 1 }
        let sizes = (0...halvings).reversed().map { size.scaled(by: 1 / Double(1 << $0)) }
        var shares = sizes.map { Self.defaultSteps(edge: $0.longestEdge) }
        // The next size makes up for what a learned optimizer leaves undone, the last by an eighth more steps: a picture of
        // 512 pixels ends at 0.992 times the loss that 32 steps at every size leave, in 0.89 times the time. With 16 steps
        // at 512 too, one of 1024 ends at 1.02 times the loss.
        if case .learned = optimizer, halvings > 0 {
            for (i, size) in sizes.enumerated().dropLast() {
                shares[i] = min(shares[i], size.longestEdge < 384 ? 16 : 32)
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
            return Scale(size: size, steps: until - done)
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
