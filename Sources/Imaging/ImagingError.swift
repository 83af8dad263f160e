/// What the world can get wrong about a picture or its data. The description completes "a.png cannot be read (or
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
        }
    }
}
