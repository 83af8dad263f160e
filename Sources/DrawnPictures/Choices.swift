import Numerics

// Every choice in a drawing comes from one generator, so that a seed is a picture.

extension SplitMix64 {
    /// A number in 0..<1.
    mutating func unit() -> Float { nextUnit() }

    /// A number between the bounds.
    mutating func number(_ low: Float, _ high: Float) -> Float {
        low + (high - low) * unit()
    }

    /// A whole number in the range.
    mutating func whole(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.count)
    }

    /// Roughly normal with standard deviation 1: four uniform numbers are bell-shaped enough for a drawing.
    mutating func bell() -> Float {
        (unit() + unit() + unit() + unit() - 2) * 1.732
    }

    /// A seed for hash-based noise.
    mutating func noiseSeed() -> UInt32 {
        UInt32(truncatingIfNeeded: next())
    }
}
