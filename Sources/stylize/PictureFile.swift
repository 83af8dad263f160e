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
            throw Failure(.input, "\(path) is a folder; name one file in it.")
        }
        guard access(path, R_OK) == 0 else {
            throw Failure(.input, "\(path) cannot be read; check its permissions.")
        }
    }

    static func read(_ path: String) throws -> Picture {
        do {
            return try Picture(contentsOf: path)
        } catch {
            throw Failure(.input, "\(path) cannot be read: \(error).")
        }
    }

    static func encode(_ picture: Picture, as format: PictureFormat, record: String? = nil) throws -> [UInt8] {
        do {
            return try picture.encoded(as: format, text: record.map { ["Command line": $0] } ?? [:])
        } catch {
            throw Failure(.output, "the picture cannot be encoded: \(error).")
        }
    }
}
