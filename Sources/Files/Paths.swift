import Foundation

/// `photo` for `pictures/photo.jpg`.
public func stem(_ path: String) -> String {
    URL(filePath: path).deletingPathExtension().lastPathComponent
}

/// `photo.jpg` for `pictures/photo.jpg`.
public func fileName(_ path: String) -> String {
    URL(filePath: path).lastPathComponent
}

/// `pictures` for `pictures/photo.jpg`, and `.` for `photo.jpg`.
public func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

public func join(_ folder: String, _ name: String) -> String {
    if folder == "." { return name }
    return folder.hasSuffix("/") ? folder + name : folder + "/" + name
}

public func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
}

public func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}

/// Whether both paths lead to one file, through links as well.
public func isSameFile(_ first: String, _ second: String) -> Bool {
    guard let one = FileIdentity(first), let other = FileIdentity(second) else { return false }
    return one == other
}

/// What a path leads to, whatever it is called.
public struct FileIdentity: Hashable, Sendable {
    private let device: dev_t
    private let number: ino_t

    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, number) = (status.st_dev, status.st_ino)
    }
}

/// The one absolute path without links for all paths to a file, which need not be there yet.
public func resolved(_ path: String) -> String {
    if let found = File.realPath(path) { return found }
    let url = URL(filePath: path).standardizedFileURL
    return url.path == "/" ? url.path : join(resolved(url.deletingLastPathComponent().path), url.lastPathComponent)
}

/// A path as its bytes: names that are equal as text, an accent being one character in one and two in the other, are two
/// files to most systems.
public struct ExactPath: Hashable, Sendable {
    private let bytes: [UInt8]

    public init(_ path: String) { bytes = Array(path.utf8) }
}
