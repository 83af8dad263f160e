import Files
import Foundation
import Imaging
import Testing

@testable import Painting

@Suite struct PaintingRequestTests {
    private func request(
        _ output: String?, styles: [String] = ["art/waves.png"], previewEvery: Int? = nil
    ) -> PaintingRequest {
        var request = PaintingRequest()
        (request.content, request.styles, request.shares) = ("pictures/photo.jpg", styles, styles.map { _ in 1 })
        request.previewEvery = previewEvery
        return request.withOutput(output)
    }

    @Test func withoutAnOutputTheNameSaysWhatWentIn() {
        #expect(request(nil).file == "photo-waves.png")
        #expect(request(nil, styles: ["a.png", "b.c.jpg"]).file == "photo-a+b.c.png")
    }

    @Test func aFolderGetsTheDefaultName() {
        #expect(request("/").file == "/photo-waves.png")
        #expect(request("none/").file == "none/photo-waves.png")
        #expect(request(".").file == "photo-waves.png")
    }

    @Test func theEndingChoosesTheFormat() throws {
        #expect(try request("x.PNG").format == .png())
        #expect(try request("x.jpg").format == .jpeg())
        #expect(try request("x.y.JPEG").format == .jpeg())
        #expect(try request("-").format == .png() && request("-").file == nil)
        #expect(throws: Failure.self) { try request("x.gif").format }
    }

    @Test func aNameThatNoFileCanHaveIsRefusedBeforeAnyWork() throws {
        let folder = NSTemporaryDirectory() + "PaintingRequestTests-\(UUID().uuidString)/"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try File.write([1], to: folder + "a style of many words.png", replacing: false)
        try File.write([1], to: folder + "photo.png", replacing: false)
        var request = PaintingRequest()
        request.content = folder + "photo.png"
        request.styles = .init(repeating: folder + "a style of many words.png", count: 12)
        let failure = #expect(throws: Failure.self) { try request.withOutput(nil).check() }
        #expect(failure?.sentence.contains("its name is too long") == true)
    }

    @Test func thePreviewLiesBesideTheOutput() {
        #expect(request("out/x.jpg", previewEvery: 1).preview == "out/x-preview.png")
        #expect(request("x.png", previewEvery: 1).preview == "x-preview.png")
        #expect(request("x.png").preview == nil)
    }
}
