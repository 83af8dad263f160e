/// A small, fast generator whose numbers follow from its seed alone (Steele, Lea and Flood 2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// One of many generators of a seed. Seeds that differ by little would give the same numbers a few places on.
    public init(seed: UInt64, stream: UInt64) {
        var streams = SplitMix64(seed: ~stream)
        var seeds = SplitMix64(seed: seed ^ streams.next())
        state = seeds.next()
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in 0..<1, with the 24 bits a float can tell apart.
    public mutating func nextUnit() -> Float { Float(next() >> 40) * 0x1p-24 }
}

// Choices that follow from the generator alone: the standard library's algorithms may change from version to version.

extension SplitMix64 {
    /// A whole number in 0..<count.
    public mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    /// One of the choices, each as likely.
    public mutating func pick<Value>(_ choices: [Value]) -> Value { choices[below(choices.count)] }

    public mutating func chance(_ probability: Float) -> Bool { nextUnit() < probability }
}
