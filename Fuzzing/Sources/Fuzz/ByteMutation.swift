import Kernels
import Numerics

/// Damage that knows nothing of formats.
enum ByteMutation {
    /// Around which lengths and counts are mistaken.
    static let interestingNumbers: [Int64] = [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 257, 512, 1024, 4096, 32767, 32768, 65500,
        65535, 65536, 1 << 24, 1 << 31 - 1, 1 << 31, 1 << 32 - 1, 1 << 32, .max, -1, -2, -128, -32768, -1 << 31, .min,
    ]

    /// - Parameter other: whose bytes may be mixed in.
    static func apply(to bytes: inout [UInt8], from other: [UInt8], using generator: inout SplitMix64) {
        guard !bytes.isEmpty else {
            bytes = other
            return
        }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<12, using: &generator) {
        case 0...2: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 3, 4: bytes[place] = .random(in: 0...255, using: &generator)
        case 5, 6:
            let number = interestingNumbers.randomElement(using: &generator)!
            let size = [1, 2, 4, 8].randomElement(using: &generator)!
            let isBigEndian = Bool.random(using: &generator)
            for i in 0..<min(size, bytes.count - place) {
                bytes[place + i] = UInt8(truncatingIfNeeded: number >> (8 * (isBigEndian ? size - 1 - i : i)))
            }
        case 7: bytes.replaceSubrange(block(at: place, in: bytes, using: &generator), with: [])
        case 8:
            let copy = bytes[block(at: place, in: bytes, using: &generator)]
            bytes.insert(contentsOf: copy, at: .random(in: 0...bytes.count, using: &generator))
        case 9:
            let copy = bytes[block(at: place, in: bytes, using: &generator)]
            let target = Int.random(in: 0...bytes.count - copy.count, using: &generator)
            bytes.replaceSubrange(target..<target + copy.count, with: copy)
        case 10: bytes.removeSubrange(place...)
        default: bytes.replaceSubrange(place..., with: other[min(place, other.count)...])
        }
    }

    /// Mostly short.
    private static func block(
        at start: Int, in bytes: [UInt8], using generator: inout SplitMix64
    ) -> Range<Int> {
        let longest = Bool.random(using: &generator) ? 8 : bytes.count
        return start..<min(bytes.count, start + .random(in: 1...longest, using: &generator))
    }
}
