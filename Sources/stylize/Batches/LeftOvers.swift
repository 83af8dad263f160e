import Foundation
import Imaging

/// Temporary files of runs that were killed.
enum LeftOvers {
    /// Removes those of processes of this machine that are no more, in a folder and the folders in it.
    static func remove(from folder: String) {
        let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for path in paths {
            guard let writer = TemporaryName.writer(of: URL(filePath: path).lastPathComponent), !writer.isAlive else {
                continue
            }
            unlink(join(folder, path))
        }
    }
}
