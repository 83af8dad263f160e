import Foundation
import Imaging

/// Temporary files of runs that were killed.
enum LeftOvers {
    /// Removes those of processes of this machine that are no more, directly in a folder.
    static func remove(from folder: String) {
        for name in (try? PictureFolder.names(in: folder)) ?? [] {
            guard let writer = TemporaryName.writer(of: name), !writer.isAlive else { continue }
            unlink(join(folder, name))
        }
    }
}
