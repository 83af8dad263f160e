import Foundation
import Imaging

/// Pictures as files: whatever goes wrong becomes a sentence with the file's name.
enum PictureFile {
    /// Throws when `path` leads to nothing that could be a picture, which is known long before it is read.
    static func check(_ path: String) throws {
        guard exists(path) else {
            throw Failure(.input, "there is no file \(path); check the name.")
        }
        guard !isFolder(path) else {
            throw Failure(.input, "\(path) is a folder; name one picture in it.")
        }
        guard access(path, R_OK) == 0 else {
            throw Failure(.input, "\(path) cannot be read; check its permissions.")
        }
    }

    static func read(_ path: String) throws -> Picture {
        let bytes: [UInt8]
        do {
            bytes = Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw Failure(.input, "\(path) cannot be read; check its permissions.")
        }
        do {
            return try Codec.decode(bytes)
        } catch {
            throw Failure(.input, "\(path) cannot be read: \(error); use another PNG or JPEG.")
        }
    }

    static func encode(
        _ picture: Picture, as format: PictureFormat, depth: Int = 8, quality: Int = 95, text: String? = nil
    ) throws -> [UInt8] {
        do {
            return try Codec.encode(picture, as: format, depth: depth, quality: quality, text: text)
        } catch {
            throw Failure(.output, "the picture cannot be encoded: \(error).")
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Codec.write(bytes, to: path)
        } catch {
            throw Failure(.output, "\(path) cannot be written: \(error); is the disk full?")
        }
    }
}

extension Picture {
    /// This picture with the opacity of `other`, brought to its size.
    func withAlpha(of other: Picture) -> Picture {
        guard alpha == nil, other.alpha != nil else { return self }
        return Picture(width: width, height: height, pixels: pixels, alpha: Codec.resize(other, width, height).alpha)
    }
}
