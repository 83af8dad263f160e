import Kernels
import Numerics

/// Damage to the order of a file's parts, each of which stays sound.
enum PartMutation {
    /// - Parameters:
    ///   - parts: of `bytes`, in order.
    ///   - other: another file, of which a part may be taken.
    static func apply(
        to bytes: inout [UInt8], _ parts: [Range<Int>], _ other: [UInt8], _ otherParts: [Range<Int>],
        using generator: inout SplitMix64
    ) {
        guard let part = parts.randomElement(using: &generator), let target = parts.randomElement(using: &generator)
        else { return }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.removeSubrange(part)
        case 1: bytes.insert(contentsOf: Array(bytes[part]), at: target.lowerBound)
        case 2:
            guard let foreign = otherParts.randomElement(using: &generator) else { return }
            bytes.insert(contentsOf: other[foreign], at: target.lowerBound)
        default:
            let (first, second) = part.lowerBound < target.lowerBound ? (part, target) : (target, part)
            guard first.upperBound <= second.lowerBound else { return }
            let between = first.upperBound..<second.lowerBound
            let swapped = [second, between, first].flatMap { bytes[$0] }
            bytes.replaceSubrange(first.lowerBound..<second.upperBound, with: swapped)
        }
    }
}
