import Imaging

/// The four things that are asked of Imaging; it cannot do them yet, so each says so.
enum Codec {
    struct Missing: Error, CustomStringConvertible {
        var description: String { "this build has no codecs" }
    }

    static func decode(_ bytes: [UInt8]) throws -> Picture {
        throw Missing()
    }

    static func encode(
        _ picture: Picture, as format: PictureFormat, depth: Int, quality: Int, text: String?
    ) throws -> [UInt8] {
        throw Missing()
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        throw Missing()
    }

    static func resize(_ picture: Picture, _ width: Int, _ height: Int) -> Picture {
        picture
    }
}
