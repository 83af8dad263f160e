import Testing

@testable import stylize

@Suite struct CommandRecordTests {
    private func transfer(_ arguments: [String]) throws -> Transfer {
        try Transfer(#require(try Stylize.parseAsRoot(arguments) as? Stylize))
    }

    @Test func theRecordedCommandLineStandsForTheSameSettings() throws {
        let original = try transfer([
            "-c", "a.png", "-s", "b.png", "-s", "c.png", "--style-blend", "2,1", "--size", "48", "--steps", "7",
            "--seed", "11", "--style-loss", "gram", "--init", "noise", "--optimizer", "adam", "--learning-rate", "0.1",
            "--keep-profile", "--keep-metadata",
        ])
        let words = original.record.split(separator: " ").map(String.init)
        #expect(words.first == "stylize")
        let repeated = try transfer(Array(words.dropFirst()))
        #expect(repeated.settings == original.settings)
        #expect(repeated.shares == original.shares)
        #expect(repeated.start == original.start)
        #expect(repeated.resultOptions.keepProfile && repeated.resultOptions.keepMetadata)
        #expect(repeated.record == original.record)
    }

    @Test func theRecordKeepsNamesAndLeavesFoldersOut() throws {
        let record = try transfer(["-c", "/home/ada/my pictures/it's.png", "-s", "styles/b.png"]).record
        #expect(record.hasPrefix(#"stylize --content 'it'\''s.png' --style b.png "#))
    }

    @Test func aStartCalledLikeAnotherStartIsRecordedAsAFile() throws {
        let record = try transfer(["-c", "a.png", "-s", "b.png", "--init", "starts/noise"]).record
        #expect(record.contains(" --init ./noise "))
    }
}
