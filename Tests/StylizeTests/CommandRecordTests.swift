import Painting
import Testing

@testable import stylize

@Suite struct CommandRecordTests {
    private func request(_ arguments: [String]) throws -> PaintingRequest {
        try #require(try Stylize.parseAsRoot(arguments) as? Stylize).request()
    }

    @Test func theRecordedCommandLineStandsForTheSameSettings() throws {
        let original = try request([
            "-c", "a.png", "-s", "b.png", "-s", "c.png", "--style-blend", "2,1", "--size", "48", "--steps", "7",
            "--seed", "11", "--style-loss", "gram", "--init", "noise", "--optimizer", "adam", "--learning-rate", "0.1",
            "--keep-profile", "--keep-metadata",
        ])
        let words = original.commandLine.split(separator: " ").map(String.init)
        #expect(words.first == "stylize")
        let repeated = try request(Array(words.dropFirst()))
        #expect(repeated.settings == original.settings)
        #expect(repeated.shares == original.shares)
        #expect(repeated.start == original.start)
        #expect(repeated.keepsProfile && repeated.keepsMetadata)
        #expect(repeated.commandLine == original.commandLine)
    }

    @Test func theRecordKeepsNamesAndLeavesFoldersOut() throws {
        let record = try request(["-c", "/home/ada/my pictures/it's.png", "-s", "styles/b.png"]).commandLine
        #expect(record.hasPrefix(#"stylize --content 'it'\''s.png' --style b.png "#))
    }

    @Test func aStartCalledLikeAnotherStartIsRecordedAsAFile() throws {
        let record = try request(["-c", "a.png", "-s", "b.png", "--init", "starts/noise"]).commandLine
        #expect(record.contains(" --init ./noise "))
    }
}
