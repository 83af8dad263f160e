import Files
import Foundation
import Imaging
import Testing

@testable import Painting

@Suite final class PainterTests {
    private let folder = NSTemporaryDirectory() + "PainterTests-\(UUID().uuidString)/"

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func request(_ content: String, _ style: String) -> PaintingRequest {
        var request = PaintingRequest()
        (request.content, request.styles, request.shares) = (folder + content, [folder + style], [1])
        request.output = folder + "out.png"
        return request
    }

    /// What only begins as a picture has a digest all the same.
    private func write(_ name: String, count: Int, of byte: UInt8) throws {
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        try File.write(
            signature + [UInt8](repeating: byte, count: count), to: folder + name, replacing: true)
    }

    #if os(Linux)
        /// Bytes that this process has read; other tests read a little meanwhile.
        private var read: Int {
            get throws {
                let io = try String(contentsOfFile: "/proc/self/io", encoding: .utf8)
                return try #require(Int(io.split(separator: "\n")[0].split(separator: " ")[1]))
            }
        }

        @Test func aFileOfManyRequestsIsReadOnceForItsDigest() throws {
            let size = 50 << 20
            for name in ["a.png", "b.png"] { try write(name, count: size, of: 1) }
            try write("style.png", count: 100, of: 2)
            let painter = Painter()
            let before = try read
            for _ in 0..<20 {
                for name in ["a.png", "b.png"] { _ = try painter.plan(request(name, "style.png")) }
            }
            #expect(try read - before < 3 * size)
        }
    #endif

    @Test func aFileThatChangedIsReadAgain() throws {
        for name in ["a.png", "b.png"] { try write(name, count: 100, of: 1) }
        let (painter, request) = (Painter(), request("a.png", "b.png"))
        let first = try painter.plan(request).fingerprint
        #expect(try painter.plan(request).fingerprint == first)
        usleep(20_000)
        try write("a.png", count: 100, of: 2)
        #expect(try painter.plan(request).fingerprint != first)
    }

    @Test func stylesWhoseNamesDifferInHowAnAccentIsWrittenAreTwo() throws {
        let names = ["e\u{301}.png", "\u{E9}.png"]
        for (i, name) in names.enumerated() { try write(name, count: 100, of: UInt8(i)) }
        try write("a.png", count: 100, of: 9)
        guard try FileManager.default.contentsOfDirectory(atPath: folder).count == 3 else { return }
        let painter = Painter()
        let prints = try names.map { try painter.plan(request("a.png", $0)).fingerprint }
        #expect(prints[0] != prints[1])
    }

    @Test func aSmallPaintingComesOutAsItDidWhenTheNumberOfResultsWasSet() throws {
        let content = Picture(
            width: 48, height: 40, pixels: (0..<3 * 48 * 40).map { Float($0 * 7919 % 256) / 255 })
        let style = Picture(width: 32, height: 32, pixels: (0..<3 * 32 * 32).map { Float($0 * 104_729 % 256) / 255 })
        try PictureFile.write(content, to: folder + "c.png", replacing: false)
        try PictureFile.write(style, to: folder + "s.png", replacing: false)
        var request = request("c.png", "s.png")
        request.settings.steps = 30
        let painter = Painter()
        let painting = try painter.paint(request, painter.plan(request)) { _ in .carryOn }
        // Processors differ by a thousandth. When this changes, Painter.resultVersion is raised with it, so that what was
        // painted before counts as painted otherwise.
        #expect(Painter.resultVersion == 1)
        #expect(abs(painting.result.loss - 1.0643) < 1e-3)
    }
}
