import Foundation

/// What the world can get wrong about a style transfer.
public enum StyleTransferError: Error, Equatable, CustomStringConvertible {
    case unknownLayer(String, known: [String])
    case outOfRange(String)
    /// A style's activations at a layer are too large for numbers.
    case overflow(layer: String)
    /// The sizes are in bytes.
    case needsMoreMemory(width: Int, height: Int, count: Int, needed: Double, available: Double)

    public var description: String {
        switch self {
        case .unknownLayer(let name, let known):
            "the network has no layer named \(name); it has \(known.joined(separator: ", "))"
        case .outOfRange(let what): what
        case .overflow(let layer):
            "a style's statistics at \(layer) are beyond what numbers hold; the network may be wrong"
        case .needsMoreMemory(let width, let height, let count, let needed, let available):
            (count == 1
                ? "a result of \(width) x \(height) pixels takes" : "\(count) of \(width) x \(height) pixels take")
                + " about \(gigabytes(needed)) GB of memory and there are "
                + "\(gigabytes(available)) GB; choose a smaller size"
        }
    }

    private func gigabytes(_ bytes: Double) -> String {
        String(format: bytes < 10e9 ? "%.2f" : "%.0f", bytes / 1e9)
    }
}
