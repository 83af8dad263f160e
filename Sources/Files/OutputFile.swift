import Foundation

/// Files that a command writes: whatever is in the way becomes a sentence, most of it before any work begins.
public enum OutputFile {
    /// Throws when nothing could be written to `path`.
    ///
    /// - Parameters:
    ///   - option: what the path was given with, such as `--csv`.
    ///   - replacing: whether a file that is there may be replaced.
    public static func check(_ path: String, option: String, replacing: Bool = true) throws {
        guard !path.isEmpty else { throw Failure(.output, "the name of the file for \(option) is empty.") }
        guard URL(filePath: path).lastPathComponent.utf8.count <= NAME_MAX else {
            throw Failure(.output, "\(path) cannot be written: its name is too long; choose another \(option).")
        }
        // A pipe or a device takes what it is given, wherever it lies.
        if File.isSpecial(path) { return replacing ? () : try checkIsNew(path, option: option) }
        let folder = folder(of: path)
        guard exists(folder) else {
            throw Failure(.output, "\(path) cannot be written: there is no folder \(folder); make it first.")
        }
        guard isFolder(folder) else {
            throw Failure(.output, "\(path) cannot be written: \(folder) is no folder; choose another \(option).")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw Failure(.output, "\(path) cannot be written: \(folder) is read-only; choose another \(option).")
        }
        guard !isFolder(path) else {
            throw Failure(.output, "\(path) cannot be written: it is a folder; choose another \(option).")
        }
        if !replacing { try checkIsNew(path, option: option) }
    }

    /// Throws when there is a file already, which only `--force` replaces.
    public static func checkIsNew(_ path: String, option: String) throws {
        guard !exists(path) else {
            throw Failure(.output, "\(path) exists; choose another \(option), or pass --force to replace it.")
        }
    }

    /// Throws when a file would be written over one that it is made of, which not even `--force` means.
    public static func checkIsNoInput(_ path: String, of inputs: [String], option: String) throws {
        if let input = inputs.first(where: { isSameFile($0, path) }) {
            throw Failure(.output, "\(path) would replace its own input \(input); choose another \(option).")
        }
    }

    /// Makes a folder for files to come, unless there is one that takes them.
    public static func makeFolder(_ path: String, option: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Failure(.output, "the folder \(path) cannot be made; choose another for \(option).")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw Failure(.output, "the folder \(path) is read-only; choose another for \(option).")
        }
    }

    public static func write(_ bytes: [UInt8], to path: String, replacing: Bool) throws {
        do {
            try File.write(bytes, to: path, replacing: replacing)
        } catch {
            throw Failure(.output, "\(path) cannot be written: \(error).")
        }
    }
}
