import Foundation

/// All paintings that folders ask for.
enum FolderJobs {
    /// Every content with every style, or with all of them blended if none is a folder; by name.
    ///
    /// - Parameters:
    ///   - shares: of styles that are blended.
    ///   - folder: where the outputs go; pictures in it are no inputs.
    ///   - ending: of the outputs' names, which chooses their format.
    ///   - isRecursive: whether folders in folders count; their outputs go into folders of the same names.
    static func all(
        content: String, styles: [String], shares: [Float], folder: String, ending: String, isRecursive: Bool
    ) throws -> [BatchJob] {
        let contents = try PictureFolder.placed(in: content, isRecursive: isRecursive, except: folder)
        let sets: [(names: [String], paths: [String], shares: [Float])] =
            styles.contains(where: isFolder)
            ? try styles.flatMap { try PictureFolder.placed(in: $0, isRecursive: isRecursive, except: folder) }
                .map { (namesWithoutFolders($0.path), [$0.path], [1]) }
            : [([styles.map(stem).joined(separator: "+")], styles, shares)]
        let names = distinctNames(contents.map { [join(stylize.folder(of: $0.name), stem($0.name)), $0.name] })
        let styleNames = distinctNames(sets.map(\.names))
        return contents.indices.flatMap { i in
            sets.indices.map { j in
                BatchJob(
                    content: contents[i].path, styles: sets[j].paths, shares: sets[j].shares,
                    output: join(folder, "\(names[i])-\(styleNames[j]).\(ending)"))
            }
        }
    }
}

extension PictureFolder {
    /// A picture, and its path from the folder it was found in.
    struct Placed: Equatable {
        var path: String
        var name: String
    }

    /// - Parameter except: a folder that is left out.
    static func placed(in path: String, isRecursive: Bool, except: String) throws -> [Placed] {
        guard isRecursive, isFolder(path) else {
            return try pictures(in: [path]).map { Placed(path: $0, name: URL(filePath: $0).lastPathComponent) }
        }
        var found: [Placed] = []
        // A link may lead back to a folder that it lies in.
        var around: Set<FileIdentity> = []
        func look(into folder: String, _ place: String) throws {
            guard let identity = FileIdentity(folder), !isSameFile(folder, except), around.insert(identity).inserted
            else { return }
            defer { around.remove(identity) }
            let names = try names(in: folder)
            for name in names where !name.hasPrefix(".") {
                let inner = join(folder, name)
                let innerPlace = place.isEmpty ? name : place + "/" + name
                if isFolder(inner) {
                    try look(into: inner, innerPlace)
                } else if isPicture(name) {
                    found.append(Placed(path: inner, name: innerPlace))
                }
            }
        }
        try look(into: path, "")
        guard !found.isEmpty else {
            throw Failure(.input, "there is no PNG or JPEG picture in \(path); name another folder.")
        }
        return found
    }
}
