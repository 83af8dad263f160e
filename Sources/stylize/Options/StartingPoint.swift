import ArgumentParser

/// What the walk starts from. A picture called `noise` is meant by `./noise`.
enum StartingPoint: ExpressibleByArgument, CustomStringConvertible, Equatable {
    case content
    case noise
    case file(String)

    init?(argument: String) {
        switch argument {
        case "": return nil
        case "content": self = .content
        case "noise": self = .noise
        default: self = .file(argument)
        }
    }

    /// As `init(argument:)` reads it back.
    var description: String {
        switch self {
        case .content: "content"
        case .noise: "noise"
        case .file(let path): Self(argument: path) == self ? path : "./" + path
        }
    }

    var defaultValueDescription: String { description }
}
