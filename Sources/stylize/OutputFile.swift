import Foundation

/// Files that a command will write, checked before any work begins.
enum OutputFile {
    /// Throws when `path` could not be written, or would replace something that nobody said to replace.
    ///
    /// - Parameter option: what the path was given with, such as `--csv`.
    static func check(_ path: String, option: String, force: Bool) throws {
        let folder = folder(of: path)
        guard isFolder(folder) else {
            throw Failure(.output, "\(path) cannot be written: there is no folder \(folder); make it first.")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw Failure(.output, "\(path) cannot be written: \(folder) is read-only; choose another \(option).")
        }
        guard !isFolder(path) else {
            throw Failure(.output, "\(path) cannot be written: it is a folder; choose another \(option).")
        }
        guard force || !exists(path) else {
            throw Failure(.output, "\(path) exists; choose another \(option), or pass --force to replace it.")
        }
    }
}
