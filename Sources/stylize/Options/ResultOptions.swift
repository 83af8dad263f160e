import ArgumentParser
import Imaging
import Painting

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

    @OptionGroup var reading: ReadingOptions

    func validate() throws {
        try requireRange(quality, 1...100, "--quality")
        if let size { try require(size >= 1, "--size is at least 1 pixel, not \(size).") }
    }

    /// - Parameter existing: what is done about an output that is there already, unless it is to be replaced.
    func apply(to request: inout PaintingRequest, existing: PaintingRequest.Existing) {
        request.settings.size = size
        (request.depth, request.quality) = (depth, quality)
        (request.keepsProfile, request.keepsMetadata) = (keepProfile, keepMetadata)
        request.existing = force ? .replaced : existing
        request.maximumPixels = reading.maxPixels
    }
}

extension PictureFormat.BitDepth: ExpressibleByArgument {}
