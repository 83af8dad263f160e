import Foundation

/// `photo` for `pictures/photo.jpg`.
func stem(_ path: String) -> String {
    URL(filePath: path).deletingPathExtension().lastPathComponent
}

/// `pictures` for `pictures/photo.jpg`, and `.` for `photo.jpg`.
func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

func join(_ folder: String, _ name: String) -> String {
    if folder == "." { return name }
    return folder.hasSuffix("/") ? folder + name : folder + "/" + name
}

func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
}

func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}

/// Whether both paths lead to one file, through links as well.
func isSameFile(_ first: String, _ second: String) -> Bool {
    var (one, other) = (stat(), stat())
    guard stat(first, &one) == 0, stat(second, &other) == 0 else { return false }
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino
}
