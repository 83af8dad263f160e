import ArgumentParser
import Imaging

/// How large the result is, and how it is written.
struct ResultOptions: ParsableArguments {
    @Flag(help: "Replace the output if it exists.")
    var force = false

    @Option(help: ArgumentHelp("Longest edge. (default: the content's own)", valueName: "pixels"))
    var size: Int?

    @Option(help: ArgumentHelp("Bits a channel of a PNG.", valueName: "bits"))
    var depth = PictureFormat.BitDepth.eight

    @Option(help: ArgumentHelp("Quality of a JPEG, 1 to 100.", valueName: "n"))
    var quality = 95

    @Flag(help: "Write in the content's own RGB profile, not sRGB.")
    var keepProfile = false

    @Flag(help: "Copy the content's EXIF and XMP.")
    var keepMetadata = false

    /// Of what the content's file says, what the output's is to say too.
    func kept(of metadata: PictureMetadata) -> PictureMetadata {
        PictureMetadata(
            profile: keepProfile ? metadata.profile : nil, exif: keepMetadata ? metadata.exif : nil,
            xmp: keepMetadata ? metadata.xmp : nil)
    }

    @OptionGroup var reading: ReadingOptions

    func validate() throws {
        try requireRange(quality, 1...100, "--quality")
        if let size { try require(size >= 1, "--size is at least 1 pixel, not \(size).") }
    }

    /// The format that a path's ending chooses.
    func format(of path: String) throws -> PictureFormat {
        switch try PictureFormat.chosen(by: path) {
        case .png: return .png(depth: depth)
        case .jpeg:
            try require(depth == .eight, "A JPEG holds 8 bits; use --depth 8, or a .png output.")
            return .jpeg(quality: quality)
        }
    }
}

extension PictureFormat {
    /// - Throws: `ValidationError` when the path's ending chooses none.
    static func chosen(by path: String) throws -> PictureFormat {
        guard let format = PictureFormat(path: path) else {
            throw ValidationError("\(path) should end in .png or .jpg; the ending chooses the format.")
        }
        return format
    }
}

extension PictureFormat.BitDepth: ExpressibleByArgument {}
