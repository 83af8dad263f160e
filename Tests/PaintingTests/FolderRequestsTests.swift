import Files
import Foundation
import Testing

@testable import Painting

@Suite final class FolderRequestsTests {
    private let folder = NSTemporaryDirectory() + "FolderRequestsTests-\(UUID().uuidString)"

    init() throws {
        for name in ["contents", "styles/klimt", "styles/monet"] {
            try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
        }
        for name in ["contents/c0.png", "contents/c1.png", "contents/c2.png", "styles/s0.png", "styles/s1.png"] {
            try write(name)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The names tell; nothing is read.
    private func write(_ name: String) throws { try File.write([1], to: folder + "/" + name, replacing: false) }

    private func outputs(content: String, style: String, isRecursive: Bool) throws -> [String] {
        var request = PaintingRequest()
        (request.content, request.styles, request.shares) = (folder + content, [folder + style], [1])
        return try request.requests(into: "out", ending: "png", isRecursive: isRecursive).compactMap(\.output)
    }

    @Test func contentsOfOneNameAreToldApartByTheirEndings() throws {
        try write("contents/c0.jpg")
        #expect(
            try outputs(content: "/contents", style: "/styles/s0.png", isRecursive: false)
                == ["out/c0.jpg-s0.png", "out/c0.png-s0.png", "out/c1-s0.png", "out/c2-s0.png"])
    }

    @Test func stylesOfOneNameAreToldApartByTheirFolders() throws {
        for style in ["klimt", "monet"] { try write("styles/\(style)/s0.png") }
        #expect(
            try outputs(content: "/contents/c0.png", style: "/styles", isRecursive: true)
                == ["out/c0-klimt-s0.png", "out/c0-monet-s0.png", "out/c0-styles-s0.png", "out/c0-s1.png"])
    }
}
