import Numerics

/// A mean with an interval that holds the true one with a probability of 95 %.
public struct Estimate: Codable, Equatable, Sendable {
    public var mean: Double
    public var lower: Double
    public var upper: Double

    public init(mean: Double, lower: Double, upper: Double) {
        (self.mean, self.lower, self.upper) = (mean, lower, upper)
    }

    /// The mean of a sample, with the percentile bootstrap's interval (Efron and Tibshirani 1993, chapter 13): means of
    /// samples drawn from the sample, with replacement, 2.5 % of them below the interval and as many above.
    ///
    /// The resamples follow from `seed` alone. An empty sample has no mean: everything is then not a number.
    public init(meanOf sample: [Double], resamples: Int = 2000, seed: UInt64 = 1) {
        precondition(resamples > 0)
        guard !sample.isEmpty else {
            self.init(mean: .nan, lower: .nan, upper: .nan)
            return
        }
        let count = sample.count
        var generator = SplitMix64(seed: seed)
        let means = (0..<resamples).map { _ in
            (0..<count).reduce(0.0) { sum, _ in sum + sample[Int.random(in: 0..<count, using: &generator)] }
                / Double(count)
        }.sorted()
        self.init(
            mean: sample.reduce(0, +) / Double(count), lower: Self.quantile(0.025, of: means),
            upper: Self.quantile(0.975, of: means))
    }

    /// Between two of the sorted values, linear.
    private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let position = share * Double(sorted.count - 1)
        let (below, above) = (Int(position), min(Int(position) + 1, sorted.count - 1))
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
}
