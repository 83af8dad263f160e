/// SplitMix64: every choice in a drawing comes from one of these, so a seed is a picture.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number in 0..<1.
    mutating func unit() -> Float {
        Float(next() >> 40) * 0x1p-24
    }

    /// A number between the bounds.
    mutating func number(_ low: Float, _ high: Float) -> Float {
        low + (high - low) * unit()
    }

    /// A whole number in the range.
    mutating func whole(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    mutating func chance(_ probability: Float) -> Bool {
        unit() < probability
    }

    mutating func pick<T>(_ choices: [T]) -> T {
        choices[whole(0...choices.count - 1)]
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
