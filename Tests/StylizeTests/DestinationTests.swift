import Testing

@testable import stylize

@Suite struct DestinationTests {
    private func destination(
        _ output: String?, styles: [String] = ["art/waves.png"], hasPreview: Bool = false
    ) throws -> Destination {
        try Destination(
            output: output, content: "pictures/photo.jpg", styles: styles, result: .parse([]), hasPreview: hasPreview)
    }

    @Test func withoutAnOutputTheNameSaysWhatWentIn() throws {
        #expect(try destination(nil).place == .file("photo-waves.png"))
        #expect(try destination(nil, styles: ["a.png", "b.c.jpg"]).place == .file("photo-a+b.c.png"))
    }

    @Test func aFolderGetsTheDefaultName() throws {
        #expect(try destination("/").place == .file("/photo-waves.png"))
        #expect(try destination("none/").place == .file("none/photo-waves.png"))
        #expect(try destination(".").place == .file("photo-waves.png"))
    }

    @Test func theEndingChoosesTheFormat() throws {
        #expect(try destination("x.PNG").format == .png())
        #expect(try destination("x.jpg").format == .jpeg())
        #expect(try destination("x.y.JPEG").format == .jpeg())
        #expect(try destination("-").format == .png())
    }

    @Test func aNameThatNoFileCanHaveIsRefusedBeforeAnyWork() throws {
        let styles = [String](repeating: "a style of many words.png", count: 12)
        let failure = #expect(throws: Failure.self) {
            try destination(nil, styles: styles).check(inputs: [], force: false)
        }
        #expect(failure?.sentence.contains("its name is too long") == true)
    }

    @Test func thePreviewLiesBesideTheOutput() throws {
        #expect(try destination("out/x.jpg", hasPreview: true).preview == "out/x-preview.png")
        #expect(try destination("x.png", hasPreview: true).preview == "x-preview.png")
        #expect(try destination("x.png").preview == nil)
    }
}
