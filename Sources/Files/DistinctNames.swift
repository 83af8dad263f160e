import Foundation

/// For each the first of its names that no other goes by so far, or the last.
///
/// - Parameter names: equally many of each, which may be one.
public func distinctNames(_ names: [[String]]) -> [String] {
    var result = names.map { $0[0] }
    for rank in 1..<(names.first?.count ?? 1) {
        let counts = Dictionary(result.map { (ExactPath($0), 1) }, uniquingKeysWith: +)
        for i in result.indices where counts[ExactPath(result[i])]! > 1 { result[i] = names[i][rank] }
    }
    return result
}

/// `photo`, `photo.jpg`, `trip-photo` and `trip-photo.jpg` for `pictures/trip/photo.jpg`.
public func namesWithoutFolders(_ path: String) -> [String] {
    let url = URL(filePath: path)
    let names = [stem(path), url.lastPathComponent]
    return names + names.map { url.deletingLastPathComponent().lastPathComponent + "-" + $0 }
}
