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
    ///
    /// - Parameter onPassedOver: told in a sentence of what may have been meant as pictures and is none.
    public static func pictures(
        in paths: [String], onPassedOver: (String) -> Void = { _ in }
    ) throws -> [String] {
        try paths.flatMap { try pictures(in: $0, isRecursive: false, onPassedOver: onPassedOver).map(\.path) }
    }

    /// - Parameters:
    ///   - isRecursive: whether folders in folders count.
    ///   - except: a folder that is left out.
    ///   - onPassedOver: told in a sentence of what may have been meant as pictures and is none.
    public static func pictures(
        in path: String, isRecursive: Bool, except: String? = nil, onPassedOver: (String) -> Void = { _ in }
    ) throws -> [Found] {
        guard exists(path) else {
            throw Failure(.input, "there is no file or folder \(path); check the name.")
        }
        guard isFolder(path) else {
            try PictureFile.check(path)
            return [Found(path: path, name: URL(filePath: path).lastPathComponent)]
        }
        var found: [Found] = []
        var passedOver = PassedOver()
        // A link may lead back to a folder that it lies in.
        var around: Set<FileIdentity> = []
        func look(into folder: String, _ place: String) throws {
            guard let identity = FileIdentity(folder), around.insert(identity).inserted else { return }
            defer { around.remove(identity) }
            let entries: Entries
            do {
                entries = try self.entries(of: folder)
            } catch  where !place.isEmpty {
                // As lost+found.
                return passedOver.closedFolders.append(folder)
            }
            passedOver.unspeakable += entries.unspeakable.map { join(folder, $0) }
            for name in entries.names where !name.hasPrefix(".") {
                let inner = join(folder, name)
                if isFolder(inner) {
                    if isRecursive, !(except.map { isSameFile(inner, $0) } ?? false) {
                        try look(into: inner, place + name + "/")
                    }
                } else if PictureFormat(path: name) == nil {
                    passedOver.addForeign(inner)
                } else if File.isSpecial(inner) {
                    // A pipe would wait for somebody to write.
                    passedOver.special.append(inner)
                } else {
                    found.append(Found(path: inner, name: place + name))
                }
            }
        }
        try look(into: path, "")
        let sentence = passedOver.sentence(in: path)
        guard !found.isEmpty else {
            throw Failure(
                .input,
                "there is no PNG or JPEG picture in \(path); name another folder." + (sentence.map { " " + $0 } ?? ""))
        }
        if let sentence { onPassedOver(sentence) }
        return found
    }

    private struct Entries {
        var names: [String] = []
        /// With a sign in the place of each byte that is no UTF-8.
        var unspeakable: [String] = []
    }

    private static func entries(of folder: String) throws -> Entries {
        guard let stream = opendir(folder) else {
            throw Failure(.input, "\(folder) cannot be read; check its permissions.")
        }
        defer { closedir(stream) }
        var entries = Entries()
        while let entry = readdir(stream) {
            withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                let name = UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self)
                if let name = String(validatingCString: name) {
                    entries.names.append(name)
                } else {
                    entries.unspeakable.append(String(cString: name))
                }
            }
        }
        entries.names.removeAll { $0 == "." || $0 == ".." }
        // By bytes where the letters are equal, so that the order is always the same.
        entries.names.sort { $0 == $1 ? $0.utf8.lexicographicallyPrecedes($1.utf8) : $0 < $1 }
        return entries
    }

    /// What lies in a folder, by name.
    static func names(in folder: String) throws -> [String] { try entries(of: folder).names }
}
