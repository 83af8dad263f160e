import Files
import Foundation

extension PaintingRequest {
    /// All paintings that a request for folders stands for: every content with every style, or with all of them blended
    /// if none is a folder; by name.
    ///
    /// - Parameters:
    ///   - folder: where the outputs go; pictures in it are no inputs.
    ///   - ending: of the outputs' names, which chooses their format.
    ///   - isRecursive: whether folders in folders count; their outputs go into folders of the same names.
    ///   - onPassedOver: told in a sentence of what may have been meant as pictures and is none.
    public func requests(
        into folder: String, ending: String, isRecursive: Bool, onPassedOver: (String) -> Void = { _ in }
    ) throws -> [PaintingRequest] {
        for input in [content] + styles where isFolder(input) && isSameFile(input, folder) {
            throw Failure(.output, "the results would become inputs of \(input); choose another --output.")
        }
        func find(_ path: String) throws -> [PictureFolder.Found] {
            try PictureFolder.pictures(
                in: path, isRecursive: isRecursive, except: folder, onPassedOver: onPassedOver)
        }
        let contents = try find(content)
        let sets: [(names: [String], paths: [String], shares: [Float])] =
            styles.contains(where: isFolder)
            ? try styles.flatMap(find).map { (namesWithoutFolders($0.path), [$0.path], [1]) }
            : [([styles.map(stem).joined(separator: "+")], styles, shares)]
        let names = distinctNames(contents.map { [join(Files.folder(of: $0.name), stem($0.name)), $0.name] })
        let styleNames = distinctNames(sets.map(\.names))
        return contents.indices.flatMap { i in
            sets.indices.map { j in
                var request = self
                (request.content, request.styles, request.shares) = (contents[i].path, sets[j].paths, sets[j].shares)
                request.output = join(folder, "\(names[i])-\(styleNames[j]).\(ending)")
                return request
            }
        }
    }
}
