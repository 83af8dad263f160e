import Foundation

/// What the world can get wrong about a file. The description completes "a.png cannot be read (or written): ...".
public enum FileError: Error, Equatable, CustomStringConvertible {
    case noSuchFile
    case isFolder
    case noSuchFolder(String)
    case permissionDenied
    case exists
    case diskFull
    case outOfMemory
    /// In bytes.
    case tooLarge(limit: Int)
    case failed(reason: String)

    public var description: String {
        switch self {
        case .noSuchFile: "there is no such file"
        case .isFolder: "it is a folder"
        case .noSuchFolder(let folder): "there is no folder \(folder)"
        case .permissionDenied: "permission is denied"
        case .exists: "it exists already"
        case .diskFull: "the disk is full"
        case .outOfMemory: "there is not enough memory for it"
        case .tooLarge(let limit): "it has more than \(limit >> 20) MB"
        case .failed(let reason): reason
        }
    }

    /// From the `errno` of a failed call.
    init(errno code: Int32) {
        self =
            switch code {
            case ENOENT, ENOTDIR: .noSuchFile
            case EISDIR: .isFolder
            case EACCES, EPERM, EROFS: .permissionDenied
            case EEXIST: .exists
            case ENOSPC, EDQUOT: .diskFull
            case ENOMEM: .outOfMemory
            default: .failed(reason: String(cString: strerror(code)))
            }
    }
}
