import Foundation
import Imaging

/// Pictures named by files and folders.
public enum PictureFolder {
    /// A picture, and its path from the folder it was found in.
    public struct Found: Equatable, Sendable {
        public var path: String
        public var name: String
    }

    /// The pictures that `paths` name: files as they are, of each folder the PNG and JPEG files that lie directly in
    /// it, by name. Hidden files and everything else are skipped.
    public static func pictures(in paths: [String]) throws -> [String] {
        try paths.flatMap { try pictures(in: $0, isRecursive: false).map(\.path) }
    }

    /// - Parameters:
    ///   - isRecursive: whether folders in folders count.
    ///   - except: a folder that is left out.
    public static func pictures(in path: String, isRecursive: Bool, except: String? = nil) throws -> [Found] {
        guard exists(path) else {
            throw Failure(.input, "there is no file or folder \(path); check the name.")
        }
        guard isFolder(path) else {
            try PictureFile.check(path)
            return [Found(path: path, name: URL(filePath: path).lastPathComponent)]
        }
        var found: [Found] = []
        // A link may lead back to a folder that it lies in.
        var around: Set<FileIdentity> = []
        func look(into folder: String, _ place: String) throws {
            guard let identity = FileIdentity(folder), around.insert(identity).inserted else { return }
            defer { around.remove(identity) }
            // A folder within that may not be entered, such as lost+found, is passed over.
            guard let names = place.isEmpty ? try names(in: folder) : try? names(in: folder) else { return }
            for name in names where !name.hasPrefix(".") {
                let inner = join(folder, name)
                if !isFolder(inner) {
                    // A pipe would wait for somebody to write.
                    guard PictureFormat(path: name) != nil, !File.isSpecial(inner) else { continue }
                    found.append(Found(path: inner, name: place + name))
                } else if isRecursive, !(except.map { isSameFile(inner, $0) } ?? false) {
                    try look(into: inner, place + name + "/")
                }
            }
        }
        try look(into: path, "")
        guard !found.isEmpty else {
            throw Failure(.input, "there is no PNG or JPEG picture in \(path); name another folder.")
        }
        return found
    }

    /// What lies in a folder, by name.
    static func names(in folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw Failure(.input, "\(folder) cannot be read; check its permissions.")
        }
    }
}
