import Foundation

/// What the world can get wrong about a picture or its file. The description completes "a.png cannot be read (or
/// written): ...".
public enum ImagingError: Error, Equatable, CustomStringConvertible {
    // MARK: Decoding
    case empty
    case notAPicture
    /// A picture in a format that is recognised but not read.
    case unsupportedFormat(String)
    case corrupt(format: String, reason: String)
    case tooLarge(width: Int, height: Int, maximumPixels: Int)
    case outOfMemory

    // MARK: Encoding
    case doesNotFitJPEG(width: Int, height: Int)

    // MARK: Files
    case noSuchFile
    case isFolder
    case noSuchFolder(String)
    case permissionDenied
    case exists
    case diskFull
    case failed(reason: String)

    public var description: String {
        switch self {
        case .empty: "it is empty"
        case .notAPicture: "it is no PNG or JPEG picture, whatever its name says"
        case .unsupportedFormat(let format): "it is a \(format) picture; convert it to PNG or JPEG first"
        case .corrupt(let format, let reason): "the \(format) data are damaged or incomplete (\(reason))"
        case .tooLarge(let width, let height, let maximum):
            "it is \(width) x \(height) pixels; \(maximum) in all are the most that are read"
        case .outOfMemory: "there is not enough memory for it"
        case .doesNotFitJPEG(let width, let height):
            "a JPEG has at most 65500 pixels a side, and this picture has \(width) x \(height); choose PNG"
        case .noSuchFile: "there is no such file"
        case .isFolder: "it is a folder"
        case .noSuchFolder(let folder): "there is no folder \(folder)"
        case .permissionDenied: "permission is denied"
        case .exists: "it exists already"
        case .diskFull: "the disk is full"
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
