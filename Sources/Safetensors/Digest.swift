/// The 64-bit FNV-1a hash (Fowler, Noll and Vo), a word of 64 bits at a time: it tells files apart, and is no
/// protection against forgery.
public struct Digest: Sendable {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    public init() {}

    /// The digest of words about a network and of each tensor's name, shape and values, whatever the type they are kept
    /// in.
    public static func of(_ words: String, _ tensors: [String: SafetensorsFile.Tensor]) -> String {
        var digest = Digest()
        digest.add(words)
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            digest.add(name)
            digest.add(UInt64(tensor.shape.count))
            for side in tensor.shape { digest.add(UInt64(side)) }
            for value in tensor.values { digest.add(UInt64(value.bitPattern)) }
        }
        return digest.text
    }

    /// 16 hexadecimal digits.
    public var text: String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private mutating func add(_ word: UInt64) {
        hash = (hash ^ word) &* 0x0000_0100_0000_01b3
        // Multiplication carries upwards alone; this brings the high bits of a word back to the low ones.
        hash ^= hash >> 32
    }

    public mutating func add(_ text: String) {
        add(UInt64(text.utf8.count))
        for byte in text.utf8 { add(UInt64(byte)) }
    }

    public mutating func add(_ bytes: [UInt8]) {
        add(UInt64(bytes.count))
        bytes.withUnsafeBytes { bytes in
            let whole = bytes.count / 8 * 8
            for start in stride(from: 0, to: whole, by: 8) {
                add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
            }
            for byte in bytes[whole...] { add(UInt64(byte)) }
        }
    }
}
