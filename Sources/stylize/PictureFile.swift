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

    /// - Parameter maximumPixels: a larger picture is refused.
    static func read(_ path: String, maximumPixels: Int) throws -> Picture {
        try readWithMetadata(path, maximumPixels: maximumPixels).picture
    }

    static func readWithMetadata(_ path: String, maximumPixels: Int) throws -> DecodedPicture {
        do {
            return try DecodedPicture(contentsOf: path, maximumPixels: maximumPixels)
        } catch .tooLarge(let width, let height, _) {
            throw Failure(
                .input,
                "\(path) is \(width) x \(height) pixels; make it smaller, or raise --max-pixels from \(maximumPixels).")
        } catch {
            throw Failure(.input, "\(path) cannot be read: \(error).")
        }
    }

    /// Throws when a picture of that size cannot be written to `path`, which is known before it is painted.
    static func requireRoom(_ size: PictureSize, in format: PictureFormat, at path: String) throws {
        do {
            try format.requireRoom(width: size.width, height: size.height)
        } catch {
            throw Failure(.output, "\(path) cannot be written: \(error).")
        }
    }

    /// - Parameters:
    ///   - metadata: what to take over from another file.
    ///   - record: the command line that repeats the picture.
    ///   - fingerprint: what stands for all that it depends on.
    static func encode(
        _ picture: Picture, as format: PictureFormat, metadata: PictureMetadata = PictureMetadata(),
        record: String? = nil, fingerprint: String? = nil
    ) throws -> [UInt8] {
        var text: [String: String] = [:]
        text["Command line"] = record
        text[BatchRun.fingerprintKey] = fingerprint
        do {
            return try picture.encoded(as: format, text: text, metadata: metadata)
        } catch {
            throw Failure(.output, "the picture cannot be encoded: \(error).")
        }
    }
}
