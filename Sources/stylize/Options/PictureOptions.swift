import ArgumentParser
import Imaging
import StyleTransfer

/// Which pictures go in, and where and how the result is written.
struct PictureOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, help: ArgumentHelp("The picture to paint, or a folder.", valueName: "path"),
        completion: .picture)
    var content: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("A picture whose style to take, or a folder; repeatable.", valueName: "path"),
        completion: .picture)
    var style: [String] = []

    @Option(help: ArgumentHelp("Each style's share, as in 2,1. (default: equal)", valueName: "numbers"))
    var styleBlend: NumberList?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A .png or .jpg, a folder, or - for standard output. (default: <content>-<style>.png)", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(help: "Replace the output if it exists.")
    var force = false

    @Option(help: ArgumentHelp("Longest edge. (default: the content's own)", valueName: "pixels"))
    var size: Int?

    @OptionGroup var reading: ReadingOptions

    @Option(help: ArgumentHelp("Bits a channel of a PNG.", valueName: "bits"))
    var depth = PictureFormat.BitDepth.eight

    @Option(help: ArgumentHelp("Quality of a JPEG, 1 to 100.", valueName: "n"))
    var quality = 95

    func validate() throws {
        try require((1...100).contains(quality), "--quality is from 1 to 100, not \(quality).")
        if let size { try require(size >= 1, "--size is at least 1 pixel, not \(size).") }
        if let styleBlend {
            let shares = styleBlend.numbers
            try require(
                shares.count == style.count,
                "--style-blend has one number for each --style; that would be \(style.count), not \(shares.count).")
            try require(
                shares.allSatisfy { $0 >= 0 } && shares.contains { $0 > 0 },
                "--style-blend wants numbers that are not negative and not all 0.")
        }
    }
}

extension PictureFormat.BitDepth: ExpressibleByArgument {}

extension CompletionKind {
    static var picture: CompletionKind { .file(extensions: ["png", "jpg", "jpeg", "PNG", "JPG", "JPEG"]) }
}
