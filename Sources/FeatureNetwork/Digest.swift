import Safetensors

/// The 64-bit FNV-1a hash (Fowler, Noll and Vo), a word of 64 bits at a time: it tells files apart, and is no
/// protection against forgery.
struct Digest {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The digest of words about a network and of each tensor's name, shape and values, whatever the type they are kept
    /// in.
    static func of(_ words: String, _ tensors: [String: SafetensorsFile.Tensor]) -> String {
        var digest = Digest()
        digest.add(words)
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            digest.add(name)
            digest.add(UInt64(tensor.shape.count))
            for side in tensor.shape { digest.add(UInt64(side)) }
            for value in tensor.values { digest.add(UInt64(value.bitPattern)) }
        }
        let digits = String(digest.hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private mutating func add(_ word: UInt64) {
        hash = (hash ^ word) &* 0x0000_0100_0000_01b3
        // Multiplication carries upwards alone; this brings the high bits of a word back to the low ones.
        hash ^= hash >> 32
    }

    private mutating func add(_ text: String) {
        add(UInt64(text.utf8.count))
        for byte in text.utf8 { add(UInt64(byte)) }
    }
}
