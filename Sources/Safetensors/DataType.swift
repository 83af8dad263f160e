/// How a tensor's numbers are kept in a file. In memory they are always `Float`.
public enum DataType: String, CaseIterable, Sendable {
    /// IEEE 754 binary32: nothing is lost.
    case float32 = "F32"
    /// The upper half of a binary32: its range, with 8 significant bits.
    case bfloat16 = "BF16"
    /// IEEE 754 binary16: 11 significant bits, magnitudes up to 65504.
    case float16 = "F16"

    /// Bytes an element.
    public var size: Int { self == .float32 ? 4 : 2 }
}

// `Float16` does not exist on macOS for x86-64, so the 16-bit formats are converted by hand.

extension Float {
    init(float16 half: UInt16) {
        let sign = UInt32(half & 0x8000) << 16
        let exponent = UInt32(half >> 10) & 0x1f
        let fraction = UInt32(half) & 0x3ff
        switch exponent {
        case 0:  // zero and subnormals: fraction x 2^-24
            self = Float(bitPattern: (Float(fraction) * 0x1p-24).bitPattern | sign)
        case 0x1f:  // infinity and NaN
            self = Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default:  // the exponent's bias grows from 15 to 127
            self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    init(bfloat16 upperHalf: UInt16) {
        self = Float(bitPattern: UInt32(upperHalf) << 16)
    }

    /// The nearest binary16, ties to even; magnitudes of 65520 and more become infinite.
    var float16: UInt16 {
        let sign = UInt16(truncatingIfNeeded: bitPattern >> 16) & 0x8000
        let magnitude = bitPattern & 0x7fff_ffff
        if magnitude > 0x7f80_0000 { return sign | 0x7e00 }
        if magnitude >= 0x477f_f000 { return sign | 0x7c00 }
        if magnitude < 0x3880_0000 {  // below 2^-14: a whole number of 2^-24, the scaling is exact
            return sign | UInt16((Float(bitPattern: magnitude) * 0x1p24).rounded(.toNearestOrEven))
        }
        // Adding just under half of the last kept bit, and the bit itself, carries exactly where rounding goes up.
        let rounded = magnitude + 0xfff + (magnitude >> 13 & 1)
        return sign | UInt16((rounded - 0x3800_0000) >> 13)
    }

    /// The nearest bfloat16, ties to even.
    var bfloat16: UInt16 {
        if isNaN { return UInt16(bitPattern >> 16) | 0x40 }  // rounding could carry a NaN into infinity
        return UInt16((bitPattern + 0x7fff + (bitPattern >> 16 & 1)) >> 16)
    }
}
