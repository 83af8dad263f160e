import ArgumentParser
import Files

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

    func contentFiles(_ reporter: Reporter) throws -> [String] {
        try files(content, orElse: Self.defaultContent, option: "--content", reporter)
    }

    func styleFiles(_ reporter: Reporter) throws -> [String] {
        try files(style, orElse: Self.defaultStyle, option: "--style", reporter)
    }

    private func files(
        _ paths: [String], orElse folder: String, option: String, _ reporter: Reporter
    ) throws -> [String] {
        if paths.isEmpty, !exists(folder) {
            throw Failure(.input, "there is no folder \(folder) here; name pictures with \(option).")
        }
        return try PictureFolder.pictures(in: paths.isEmpty ? [folder] : paths, onPassedOver: reporter.note)
    }
}
