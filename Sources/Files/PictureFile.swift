import Foundation
import Imaging
import Numerics

/// Pictures as files: whatever goes wrong becomes a sentence with the file's name.
public enum PictureFile {
    /// Throws when `path` leads to nothing that could be a picture, which is known long before it is read.
    public static func check(_ path: String) throws {
        if path == File.standardInput { return }
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

    /// The bytes of a picture's file, or only the first of what is none.
    ///
    /// - Throws: `FileError`.
    public static func bytes(_ path: String) throws(FileError) -> [UInt8] {
        try File.read(path, ifRecognized: PictureFormat.isReadable)
    }

    /// - Parameter maximumPixels: a larger picture is refused.
    public static func read(
        _ path: String, maximumPixels: Int = Picture.defaultMaximumPixels
    ) throws -> Picture {
        try readWithMetadata(path, maximumPixels: maximumPixels).picture
    }

    public static func readWithMetadata(_ path: String, maximumPixels: Int) throws -> DecodedPicture {
        let available = Memory.available
        let pixelsInMemory = Int(min(available / Double(DecodedPicture.bytesPerPixel), 1e18))
        do {
            return try DecodedPicture(decoding: bytes(path), maximumPixels: min(maximumPixels, pixelsInMemory))
        } catch ImagingError.tooLarge(let width, let height, let limit) {
            guard limit == maximumPixels else {
                let needed = Double(width) * Double(height) * Double(DecodedPicture.bytesPerPixel)
                throw Failure(
                    .input,
                    String(
                        format: "%@ is %d x %d pixels, which take %.1f GB of memory, and there are %.1f GB; "
                            + "make it smaller.", path, width, height, needed / 1e9, available / 1e9))
            }
            throw Failure(
                .input,
                "\(path) is \(width) x \(height) pixels; make it smaller, or raise --max-pixels from \(maximumPixels).")
        } catch {
            throw Failure(.input, "\(path) cannot be read: \(error).")
        }
    }

    /// - Parameters:
    ///   - text: what the file is to say of itself, by keyword.
    ///   - metadata: what to take over from another file.
    public static func encode(
        _ picture: Picture, as format: PictureFormat, text: [String: String] = [:],
        metadata: PictureMetadata = PictureMetadata()
    ) throws -> [UInt8] {
        do {
            return try picture.encoded(as: format, text: text, metadata: metadata)
        } catch {
            throw Failure(.output, "the picture cannot be encoded: \(error).")
        }
    }

    /// Writes a picture in the format that the path's ending chooses.
    public static func write(_ picture: Picture, to path: String, replacing: Bool) throws {
        try OutputFile.write(encode(picture, as: .chosen(by: path)), to: path, replacing: replacing)
    }
}

extension PictureFormat {
    /// Throws when the path's ending chooses none.
    public static func chosen(by path: String) throws -> PictureFormat {
        guard let format = PictureFormat(path: path) else {
            throw Failure(.usage, "\(path) should end in .png or .jpg; the ending chooses the format.")
        }
        return format
    }
}
