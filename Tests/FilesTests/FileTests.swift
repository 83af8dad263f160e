import Foundation
import Testing

@testable import Files

@Suite final class FileTests {
    let folder = NSTemporaryDirectory() + "FileTests-\(UUID().uuidString)/"

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } }

    @Test(arguments: [false, true]) func aNewFileIsWritten(replacing: Bool) throws {
        let bytes = (0..<200_000).map { UInt8($0 % 251) }
        try File.write(bytes, to: folder + "new", replacing: replacing)
        #expect(try File.read(folder + "new") == bytes)
        #expect(try names == ["new"])
    }

    @Test func anExistingFileIsLeftAloneUnlessItMayBeReplaced() throws {
        try File.write([1], to: folder + "a", replacing: false)
        #expect(throws: FileError.exists) { try File.write([2, 3], to: folder + "a", replacing: false) }
        #expect(try File.read(folder + "a") == [1])
        try File.write([2, 3], to: folder + "a", replacing: true)
        #expect(try File.read(folder + "a") == [2, 3])
        #expect(try names == ["a"])
    }

    @Test(arguments: [false, true]) func aMissingFolderIsNamed(replacing: Bool) throws {
        try File.write([1], to: folder + "file", replacing: false)
        for inner in ["none/", "file/"] {
            #expect(throws: FileError.noSuchFolder(folder + inner)) {
                try File.write([1], to: folder + inner + "a", replacing: replacing)
            }
        }
        #expect(try names == ["file"])
    }

    @Test func aFolderInThePlaceOfTheFileIsLeftAlone() throws {
        try FileManager.default.createDirectory(atPath: folder + "inner", withIntermediateDirectories: false)
        #expect(throws: FileError.isFolder) { try File.write([1], to: folder + "inner", replacing: true) }
        #expect(throws: FileError.exists) { try File.write([1], to: folder + "inner", replacing: false) }
        #expect(try names == ["inner"])
    }

    @Test func aFileWithoutEndIsReadNoFurtherThanItsBeginningOrALimit() throws {
        #expect(try File.read("/dev/zero", ifRecognized: { _ in false }).count < 1 << 20)
        #expect(throws: FileError.tooLarge(limit: 1 << 20)) { try File.read("/dev/zero", atMost: 1 << 20) }
        // A file of 15 TB that takes no room.
        let descriptor = open(folder + "sparse", O_WRONLY | O_CREAT, 0o600)
        try #require(ftruncate(descriptor, 15 << 40) == 0)
        close(descriptor)
        #expect(throws: FileError.tooLarge(limit: File.mostBytes)) { try File.read(folder + "sparse") }
    }

    @Test func permissionsOfWhatIsReplacedStay() throws {
        try File.write([1], to: folder + "a", replacing: false)
        chmod(folder + "a", 0o600)
        try File.write([2], to: folder + "a", replacing: true)
        var status = stat()
        #expect(stat(folder + "a", &status) == 0 && status.st_mode & 0o7777 == 0o600)
    }

    @Test(arguments: [false, true]) func aLinkToWhatIsNotThereYetIsFollowed(replacing: Bool) throws {
        try FileManager.default.createSymbolicLink(atPath: folder + "link", withDestinationPath: "other")
        try FileManager.default.createSymbolicLink(atPath: folder + "far", withDestinationPath: folder + "link")
        try File.write([7], to: folder + "far", replacing: replacing)
        #expect(try File.read(folder + "other") == [7])
        #expect(try names == ["far", "link", "other"])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "link") == "other")
    }

    @Test func aPipeIsWrittenThroughAndNotReplaced() throws {
        let pipe = folder + "pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        // Open at both ends, so that neither waits for the other; and no more than a pipe holds.
        let descriptor = open(pipe, O_RDWR)
        defer { close(descriptor) }
        try File.write([1, 2, 3], to: pipe, replacing: true)
        var bytes = [UInt8](repeating: 0, count: 8)
        #expect(read(descriptor, &bytes, 8) == 3)
        #expect(bytes[..<3] == [1, 2, 3])
        #expect(throws: FileError.exists) { try File.write([4], to: pipe, replacing: false) }
        #expect(File.isSpecial(pipe))
        #expect(try names == ["pipe"])
    }

    #if os(Linux)
        /// As /dev/stdout does, which has no name of its own there.
        @Test func aLinkToAPipeWithoutANameIsWrittenThrough() throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            defer { for end in ends { close(end) } }
            let link = folder + "link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/proc/self/fd/\(ends[1])")
            try File.write([1, 2, 3], to: link, replacing: true)
            var bytes = [UInt8](repeating: 0, count: 8)
            #expect(read(ends[0], &bytes, 8) == 3)
            #expect(bytes[..<3] == [1, 2, 3])
        }
    #endif

    #if os(Linux)
        @Test func aFolderThatTakesNoFilesIsAnError() {
            #expect(throws: FileError.self) { try File.write([1], to: "/proc/a", replacing: true) }
        }
    #endif

    /// A name may have 255 bytes; the temporary one must not be longer.
    @Test func aLongNameIsWritten() throws {
        let name = String(repeating: "n", count: 255)
        try File.write([1], to: folder + name, replacing: false)
        #expect(try names == [name])
    }

    @Test func whatCannotBeReadIsSaidWhy() throws {
        try File.write([], to: folder + "empty", replacing: false)
        #expect(try File.read(folder + "empty") == [])
        let failure = #expect(throws: Failure.self) {
            try PictureFile.read(folder + "empty", maximumPixels: 1)
        }
        #expect(failure?.sentence == "\(folder)empty cannot be read: it is empty.")
        #expect(throws: FileError.noSuchFile) { try File.read(folder + "none") }
        #expect(throws: FileError.isFolder) { try File.read(folder) }
    }

    @Test func temporaryFilesOfTheDeadAreRemovedAndNoOthers() throws {
        let host = ProcessInfo.processInfo.hostName
        // No process has the largest number there is.
        let dead = ".stylize-\(host)-\(Int32.max)-1.part"
        let others = [
            ".stylize-\(host)-\(getpid())-1.part", ".stylize-elsewhere-\(Int32.max)-1.part", ".stylize-x.part",
            "mine.part", "deep", "deep/\(dead)",
        ]
        try FileManager.default.createDirectory(atPath: folder + "deep", withIntermediateDirectories: false)
        for name in [dead] + others where name != "deep" { try File.write([1], to: folder + name, replacing: false) }
        TemporaryName.removeLeftOvers(from: folder)
        #expect(try Set(FileManager.default.subpathsOfDirectory(atPath: folder)) == Set(others))
    }
}
