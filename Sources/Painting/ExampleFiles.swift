import DrawnPictures
import Files

extension ExamplePicture {
    /// Draws every example and writes it under a folder.
    ///
    /// - Parameter onWritten: called with the path of each.
    /// - Throws: `Failure` when a picture cannot be written or somebody wants a stop, and what `onWritten` throws.
    public static func drawAll(
        in folder: String, replacing: Bool, _ observer: some WorkObserver, onWritten: (String) throws -> Void
    ) throws {
        let examples = all.map { (picture: $0, path: join(folder, $0.path)) }
        if !replacing {
            for (_, path) in examples { try OutputFile.checkIsNew(path, option: "--output") }
        }
        for (_, path) in examples { try OutputFile.makeFolder(Files.folder(of: path), option: "--output") }
        observer.note("Drawing \(examples.count.counted("picture")) in \(folder).")
        for (count, (picture, path)) in examples.enumerated() {
            guard !observer.wantsStop else {
                throw Failure(.interrupted, "stopped after \(count) of \(examples.count) pictures.")
            }
            let bytes = try PictureFile.encode(picture.draw(), as: picture.format)
            try OutputFile.write(bytes, to: path, replacing: replacing)
            try onWritten(path)
        }
    }
}
