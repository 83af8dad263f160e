/// What the walk starts from. A picture called `noise` is meant by `./noise`.
public enum StartingPoint: Sendable, CustomStringConvertible, Equatable {
    case content
    case noise
    case file(String)

    public init?(argument: String) {
        switch argument {
        case "": return nil
        case "content": self = .content
        case "noise": self = .noise
        default: self = .file(argument)
        }
    }

    /// As `init(argument:)` reads it back.
    public var description: String {
        switch self {
        case .content: "content"
        case .noise: "noise"
        case .file(let path): Self(argument: path) == self ? path : "./" + path
        }
    }
}
