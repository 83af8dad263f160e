import Foundation
import Imaging

/// Pictures named by files and folders.
enum PictureFolder {
    /// The pictures that `paths` name: files as they are, of each folder the PNG and JPEG files that lie directly in
    /// it, by name. Hidden files and everything else are skipped.
    static func pictures(in paths: [String]) throws -> [String] {
        try paths.flatMap { path in
            guard exists(path) else {
                throw Failure(.input, "there is no file or folder \(path); check the name.")
            }
            guard isFolder(path) else {
                try PictureFile.check(path)
                return [path]
            }
            let pictures = try names(in: path).filter { !$0.hasPrefix(".") && isPicture($0) }
                .map { join(path, $0) }.filter { !isFolder($0) }
            guard !pictures.isEmpty else {
                throw Failure(.input, "there is no PNG or JPEG picture in \(path); name another folder.")
            }
            return pictures
        }
    }

    /// What lies in a folder, by name.
    static func names(in folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw Failure(.input, "\(folder) cannot be read; check its permissions.")
        }
    }

    static func isPicture(_ name: String) -> Bool { PictureFormat(path: name) != nil }
}
