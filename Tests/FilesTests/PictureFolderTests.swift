import Foundation
import Testing

@testable import Files

@Suite final class PictureFolderTests {
    private let folder = NSTemporaryDirectory() + "PictureFolderTests-\(UUID().uuidString)"

    init() throws {
        for name in ["folder.png", "empty", "deep"] {
            try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
        }
        for name in ["b.png", "a.JPG", "c.jpeg", ".hidden.png", "notes.txt", "deep/d.png"] {
            try File.write([1], to: path(name), replacing: false)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func path(_ name: String) -> String { folder + "/" + name }

    @Test func aFolderGivesItsPicturesByName() throws {
        #expect(try PictureFolder.pictures(in: [folder]).map(fileName) == ["a.JPG", "b.png", "c.jpeg"])
    }

    @Test func filesAreTakenAsTheyAreInTheOrderGiven() throws {
        #expect(
            try PictureFolder.pictures(in: [path("b.png"), path("notes.txt")]) == [path("b.png"), path("notes.txt")])
        let both = try PictureFolder.pictures(in: [path("b.png"), folder])
        #expect(both.count == 4 && both[0] == path("b.png"))
    }

    @Test func foldersWithinAreLookedIntoWhenAskedFor() throws {
        let all = try PictureFolder.pictures(in: folder, isRecursive: true)
        #expect(all.map(\.name) == ["a.JPG", "b.png", "c.jpeg", "deep/d.png"])
        #expect(all.last?.path == path("deep/d.png"))
        let some = try PictureFolder.pictures(in: folder, isRecursive: true, except: folder + "/./deep")
        #expect(some.map(\.name) == ["a.JPG", "b.png", "c.jpeg"])
    }

    @Test func aPipeIsPassedOver() throws {
        try #require(mkfifo(path("p.png"), 0o600) == 0)
        #expect(try PictureFolder.pictures(in: [folder]).map(fileName) == ["a.JPG", "b.png", "c.jpeg"])
    }

    @Test(arguments: [("none", "there is no file or folder"), ("empty", "there is no PNG or JPEG picture in")])
    func whatHasNoPictureIsRefusedInOneSentence(name: String, excerpt: String) throws {
        let failure = try #require(throws: Failure.self) { try PictureFolder.pictures(in: [path(name)]) }
        #expect(failure.kind == .input)
        #expect(failure.sentence.contains(excerpt) && failure.sentence.contains(path(name)))
        #expect(failure.sentence.hasSuffix("."))
    }
}
