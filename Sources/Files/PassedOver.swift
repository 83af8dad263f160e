import Foundation

/// What lies in a folder, may have been meant as a picture and is none that can be read.
struct PassedOver {
    /// Of other formats, by the format's name.
    private var foreign: [String: [String]] = [:]
    /// Pipes, devices and the like.
    var special: [String] = []
    /// Folders that may not be entered.
    var closedFolders: [String] = []
    /// Files whose names are no UTF-8.
    var unspeakable: [String] = []

    private static let formats = [
        "avif": "AVIF", "bmp": "BMP", "gif": "GIF", "heic": "HEIC", "heif": "HEIC", "jxl": "JPEG XL", "tif": "TIFF",
        "tiff": "TIFF", "webp": "WebP",
        // Of cameras.
        "arw": "raw", "cr2": "raw", "cr3": "raw", "dng": "raw", "nef": "raw", "orf": "raw", "raf": "raw", "rw2": "raw",
    ]

    /// Adds a file if it is a picture by its name's ending.
    mutating func addForeign(_ path: String) {
        let ending = URL(filePath: path).pathExtension.lowercased()
        if let format = Self.formats[ending] { foreign[format, default: []].append(path) }
    }

    /// `Passed over in photos: 2 HEIC pictures (a.heic, b.heic), which ImageMagick converts: magick a.heic a.png.`
    ///
    /// - Returns: `nil` when there is nothing to tell.
    func sentence(in folder: String) -> String? {
        var parts = foreign.sorted { $0.key < $1.key }.map { format, paths in
            "\(paths.count.counted("\(format) picture")) (\(Self.named(paths)))"
        }
        for (paths, kind) in [
            (special, "pipes and devices"), (closedFolders, "folders that may not be entered"),
            (unspeakable, "names that are not UTF-8"),
        ] where !paths.isEmpty {
            parts.append("\(kind) (\(Self.named(paths)))")
        }
        guard !parts.isEmpty else { return nil }
        let example = foreign.sorted { $0.key < $1.key }.first?.value.first.map(fileName)
        let advice = example.map { "; ImageMagick converts pictures: magick \($0) \(stem($0)).png" } ?? ""
        return "Passed over in \(folder): \(parts.formatted(.list(type: .and)))\(advice)."
    }

    private static func named(_ paths: [String]) -> String {
        let first = paths.prefix(3).map(fileName)
        return (first + (paths.count > 3 ? ["..."] : [])).joined(separator: ", ")
    }
}
