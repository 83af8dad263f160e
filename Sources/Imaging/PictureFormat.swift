/// The formats pictures are written in.
public enum PictureFormat: Equatable, Sendable {
    public enum BitDepth: Int, Sendable, CaseIterable {
        case eight = 8
        case sixteen = 16
    }

    case png(depth: BitDepth = .eight)
    /// - Parameter quality: 1...100, libjpeg's scale.
    case jpeg(quality: Int = 95)

    /// The format a path's extension stands for, with its default settings; `nil` when that is none of ours.
    public init?(path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return nil }
        switch name[name.index(after: dot)...].lowercased() {
        case "png": self = .png()
        case "jpg", "jpeg": self = .jpeg()
        default: return nil
        }
    }

    /// libjpeg's limit.
    private static let longestJPEGEdge = 65500

    /// - Throws: `ImagingError.doesNotFitJPEG` when a picture of that size cannot be written in this format.
    public func requireRoom(width: Int, height: Int) throws(ImagingError) {
        if case .jpeg = self, max(width, height) > Self.longestJPEGEdge {
            throw .doesNotFitJPEG(width: width, height: height)
        }
    }

    var hasOpacity: Bool {
        switch self {
        case .png: true
        case .jpeg: false
        }
    }
}

extension PictureFormat {
    /// Whether a file that begins with these bytes is one of those that can be read.
    public static func isReadable(beginning bytes: [UInt8]) -> Bool {
        switch Signature(bytes) {
        case .png, .jpeg: true
        case .other, nil: false
        }
    }
}

/// What a file is by its first bytes.
enum Signature: Equatable {
    case png
    case jpeg
    /// A picture or document people might try, by name.
    case other(String)

    init?(_ bytes: [UInt8]) {
        func starts(_ prefix: [UInt8], at offset: Int = 0) -> Bool {
            bytes.count >= offset + prefix.count && bytes[offset..<offset + prefix.count].elementsEqual(prefix)
        }
        func starts(_ text: String, at offset: Int = 0) -> Bool { starts(Array(text.utf8), at: offset) }
        if starts([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if starts([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if starts("GIF8") {
            self = .other("GIF")
        } else if starts("RIFF"), starts("WEBP", at: 8) {
            self = .other("WebP")
        } else if starts("II*\0") || starts("MM\0*") {
            self = .other("TIFF")
        } else if starts("BM"), bytes.count > 14 {
            self = .other("BMP")
        } else if starts("%PDF") {
            self = .other("PDF")
        } else if starts("ftyp", at: 4) {
            let brand = bytes.dropFirst(8).prefix(4)
            if brand.elementsEqual("avif".utf8) || brand.elementsEqual("avis".utf8) {
                self = .other("AVIF")
            } else if ["heic", "heix", "heif", "mif1", "msf1", "hevc"].contains(where: { brand.elementsEqual($0.utf8) })
            {
                self = .other("HEIC")
            } else {
                return nil
            }
        } else if starts([0xFF, 0x0A]) || starts([0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20]) {
            self = .other("JPEG XL")
        } else {
            return nil
        }
    }
}
