import ArgumentParser
import Foundation
import Imaging

/// Where the result goes, settled and checked before any work begins, so that nobody waits for nothing.
struct Destination: Equatable {
    enum Place: Equatable {
        case file(String)
        case standardOutput
    }

    var place: Place
    var format: PictureFormat
    /// Where the picture so far is shown, if anybody asked: `out-preview.png` for `out.jpg`.
    var preview: String?

    /// - Parameters:
    ///   - output: what `--output` says: a file, a folder, `-`, or nothing.
    init(
        output: String?, content: String, styles: [String], result: ResultOptions, hasPreview: Bool = false
    ) throws {
        if output == "-" {
            place = .standardOutput
            format = .png(depth: result.depth)
            return
        }
        let name = paintingName(content: content, styles: styles)
        let path =
            switch output {
            case nil: name
            case .some(let folder) where folder.hasSuffix("/") || isFolder(folder): join(folder, name)
            case .some(let file): file
            }
        place = .file(path)
        format = try result.format(of: path)
        preview = hasPreview ? join(folder(of: path), stem(path) + "-preview.png") : nil
    }

    /// As a script reads it: the path, or `-`.
    var name: String {
        switch place {
        case .file(let path): path
        case .standardOutput: "-"
        }
    }

    /// Throws when the result could not be written, or would replace something that nobody said to replace.
    func check(inputs: [String], force: Bool) throws {
        guard case .file(let path) = place else {
            if StandardStream.output.isTerminal && !force {
                throw Failure(.output, "standard output is a terminal; send it to a file with >, or use --output.")
            }
            return
        }
        try OutputFile.check(path, option: "--output")
        if force { return }
        if let input = inputs.first(where: { isSameFile($0, path) }) {
            throw Failure(.output, "it would replace its own input \(input); choose another --output, or pass --force.")
        }
        for path in [path, preview].compactMap(\.self) { try OutputFile.checkIsNew(path, option: "--output") }
    }
}
