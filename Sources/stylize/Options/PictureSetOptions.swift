import ArgumentParser

/// The pictures of a command that takes many.
struct PictureSetOptions: ParsableArguments {
    static let defaultContent = "images/content"
    static let defaultStyle = "images/style"

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Contents: a picture or a folder; repeatable. (default: \(defaultContent))", valueName: "path"),
        completion: .file())
    var content: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Styles: a picture or a folder; repeatable. (default: \(defaultStyle))", valueName: "path"),
        completion: .file())
    var style: [String] = []

    func contentFiles() throws -> [String] {
        try PictureFolder.pictures(in: content.isEmpty ? [Self.defaultContent] : content)
    }

    func styleFiles() throws -> [String] {
        try PictureFolder.pictures(in: style.isEmpty ? [Self.defaultStyle] : style)
    }
}
