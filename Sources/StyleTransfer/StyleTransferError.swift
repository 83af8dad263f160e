/// What the world can get wrong about a style transfer.
public enum StyleTransferError: Error, Equatable, CustomStringConvertible {
    case unknownLayer(String, known: [String])
    case outOfRange(String)

    public var description: String {
        switch self {
        case .unknownLayer(let name, let known):
            "the network has no layer named \(name); it has \(known.joined(separator: ", "))"
        case .outOfRange(let what): what
        }
    }
}
