/// How long the rest will take, going by how long the work so far took.
struct TimeLeft {
    private var smoothed: (left: Duration, at: Duration)?

    /// - Parameters:
    ///   - fraction: the share of the work that is done, 0...1.
    ///   - elapsed: the time it took.
    /// - Returns: `nil` while it is too early to say.
    mutating func update(fraction: Double, at elapsed: Duration) -> Duration? {
        guard fraction > 0.005, elapsed > .milliseconds(500) else { return nil }
        let measured = elapsed * ((1 - fraction) / fraction)
        guard let last = smoothed else {
            smoothed = (measured, elapsed)
            return measured
        }
        // Count down with the clock, and lean a little towards what is measured: no jumps, yet it finds the truth.
        let passed = elapsed - last.at
        let counted = max(.zero, last.left - passed)
        let lean = min(1, passed / .seconds(5))
        let left = counted + (measured - counted) * lean
        smoothed = (left, elapsed)
        return left
    }
}
