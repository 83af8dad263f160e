import ArgumentParser
import Painting

/// Which pictures go in, and where the result goes.
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

    @Option(help: ArgumentHelp("White where to paint, black where not.", valueName: "file"), completion: .picture)
    var mask: String?

    @Option(
        help: ArgumentHelp("White where to paint in each --style, in turn; repeatable.", valueName: "file"),
        completion: .picture)
    var styleMask: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A .png or .jpg, a folder, or - for standard output. (default: <content>-<style>.png)", valueName: "file"),
        completion: .file())
    var output: String?

    func validate() throws {
        if !styleMask.isEmpty {
            try require(
                styleMask.count == style.count,
                "--style-mask has one mask for each --style; that would be \(style.count), not \(styleMask.count).")
            try require(styleBlend == nil, "--style-mask and --style-blend exclude each other.")
        }
        if let styleBlend {
            let shares = styleBlend.elements
            try require(
                shares.count == style.count,
                "--style-blend has one number for each --style; that would be \(style.count), not \(shares.count).")
            try require(
                shares.allSatisfy { $0 >= 0 && $0.isFinite } && shares.contains { $0 > 0 },
                "--style-blend wants numbers that are not negative and not all 0.")
        }
    }

    func apply(to request: inout PaintingRequest) throws {
        guard let content else {
            throw ValidationError("Name the picture to paint with --content.")
        }
        try require(!style.isEmpty, "Name a picture to paint it in the style of with --style.")
        (request.content, request.styles) = (content, style)
        request.shares = styleBlend?.elements ?? style.map { _ in 1 }
        (request.mask, request.styleMasks) = (mask, styleMask)
    }
}

extension CompletionKind {
    static var picture: CompletionKind { .file(extensions: ["png", "jpg", "jpeg", "PNG", "JPG", "JPEG"]) }
}
