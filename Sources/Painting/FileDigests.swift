import Files
import Safetensors
import Synchronization

/// Digests of pictures' files, each of which is read once for as long as it stays as it is.
final class FileDigests: Sendable {
    private let known = Mutex<[ExactPath: (state: FileState, digest: String)]>([:])

    /// - Throws: `FileError`.
    func digest(of path: String) throws -> String {
        let (key, state) = (ExactPath(path), FileState(path))
        if let found = known.withLock({ $0[key] }), found.state == state { return found.digest }
        var digest = Digest()
        digest.add(try PictureFile.bytes(path))
        let text = digest.text
        // A file that is being written has another state afterwards.
        if let state, FileState(path) == state { known.withLock { $0[key] = (state, text) } }
        return text
    }
}
