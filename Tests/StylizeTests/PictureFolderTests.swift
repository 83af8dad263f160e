import Foundation
import Testing

@testable import stylize

@Suite struct PictureFolderTests {
    private let program: Program

    init() throws {
        program = try Program()
        for name in ["b.png", "a.JPG", "c.jpeg", ".hidden.png", "notes.txt"] {
            try program.write([1], to: name)
        }
        for name in ["folder.png", "empty"] {
            try FileManager.default.createDirectory(
                at: program.folder.appending(path: name), withIntermediateDirectories: true)
        }
    }

    private func path(_ name: String) -> String { program.folder.appending(path: name).path }

    @Test func aFolderGivesItsPicturesByName() throws {
        let names = try PictureFolder.pictures(in: [program.folder.path]).map { URL(filePath: $0).lastPathComponent }
        #expect(names == ["a.JPG", "b.png", "c.jpeg"])
    }

    @Test func filesAreTakenAsTheyAreInTheOrderGiven() throws {
        #expect(
            try PictureFolder.pictures(in: [path("b.png"), path("notes.txt")]) == [path("b.png"), path("notes.txt")])
        let both = try PictureFolder.pictures(in: [path("b.png"), program.folder.path])
        #expect(both.count == 4 && both[0] == path("b.png"))
    }

    @Test(arguments: [("none", "there is no file or folder"), ("empty", "there is no PNG or JPEG picture in")])
    func whatHasNoPictureIsRefusedInOneSentence(name: String, excerpt: String) throws {
        let failure = try #require(throws: Failure.self) { try PictureFolder.pictures(in: [path(name)]) }
        #expect(failure.kind == .input)
        #expect(failure.sentence.contains(excerpt) && failure.sentence.contains(path(name)))
        #expect(failure.sentence.hasSuffix("."))
    }
}
