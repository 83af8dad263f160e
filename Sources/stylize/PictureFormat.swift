import Foundation

/// The formats a picture is written in, chosen by the ending of its name.
enum PictureFormat: Equatable {
    case png
    case jpeg

    init?(path: String) {
        switch URL(filePath: path).pathExtension.lowercased() {
        case "png": self = .png
        case "jpg", "jpeg": self = .jpeg
        default: return nil
        }
    }
}
