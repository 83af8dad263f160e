import Foundation
import Imaging
import Testing

@testable import stylize

/// Runs over folders with the built program, on tiny pictures.
@Suite(.serialized) struct FoldersTests {
    private let program: Program

    init() throws {
        program = try Program()
        for seed in 0..<3 {
            try program.write(Fixture.png(width: 24, height: 20, phase: Float(seed)), to: "contents/c\(seed).png")
        }
        for seed in 0..<2 {
            try program.write(Fixture.png(width: 20, height: 20, phase: Float(seed) + 9), to: "styles/s\(seed).png")
        }
    }

    private func folders(_ more: String...) -> [String] {
        ["--content", "contents", "--style", "styles", "--steps", "4", "--output", "out"] + more
    }

    private static let outputs = (0..<3).flatMap { c in (0..<2).map { "out/c\(c)-s\($0).png" } }

    private var painted: Set<String> { get throws { try program.files.filter { $0.hasPrefix("out/") } } }

    private func bytes(in folder: String = "out") throws -> [String: Data] {
        var result: [String: Data] = [:]
        for name in try program.files where name.hasPrefix(folder + "/") {
            result[String(name.dropFirst(folder.count + 1))] = try program.read(name)
        }
        return result
    }

    @Test func everyContentMeetsEveryStyleAndASecondRunHasNothingToDo() throws {
        let outcome = try program.run(folders())
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(Set(outcome.lines.map(String.init)) == Set(Self.outputs))
        #expect(try painted == Set(Self.outputs))
        #expect(outcome.errors.contains("All 6 are in out."))
        let first = try bytes()
        #expect(try program.run(folders("--json")).states == ["kept": 6])
        #expect(try bytes() == first)
    }

    @Test func aPictureOfMorePixelsThanAllowedIsPassedOver() throws {
        try program.write(Fixture.png(width: 40, height: 40), to: "contents/big.png")
        let outcome = try program.run(folders("--max-pixels", "1000"))
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("contents/big.png is 40 x 40 pixels"), "\(outcome.errors)")
        #expect(try painted == Set(Self.outputs))
    }

    @Test func onlyWhatChangedIsPaintedAgain() throws {
        #expect(try program.run(folders()).status == 0)
        let first = try bytes()
        try program.write(Fixture.png(width: 20, height: 20, phase: 77), to: "styles/s1.png")
        #expect(try program.run(folders("--json", "--update")).states == ["kept": 3, "painted": 3])
        let second = try bytes()
        #expect(second["c0-s0.png"] == first["c0-s0.png"] && second["c0-s1.png"] != first["c0-s1.png"])
        #expect(
            try program.run(folders("--json", "--content-weight", "0.3", "--update")).states == ["painted": 6])
        #expect(try program.run(folders("--json", "--content-weight", "0.3", "--force")).states == ["painted": 6])
    }

    @Test func aRerunWithOtherSettingsReplacesNothingUnlessItIsTold() throws {
        #expect(try program.run(folders()).status == 0)
        let first = try bytes()
        try program.write(Fixture.png(width: 24, height: 20, phase: 30), to: "contents/c3.png")
        let other = folders("--json", "--content-weight", "0.3")
        let refused = try program.run(other)
        #expect(refused.status == 73)
        #expect(refused.errors.contains("out has 6 to replace"), "\(refused.errors)")
        #expect(refused.errors.contains("and 2 new; pass --update"), "\(refused.errors)")
        #expect(try bytes() == first)
        let dry = try program.run(other + ["--dry-run"])
        #expect(dry.status == 0)
        #expect(try dry.states == ["outdated": 6, "planned": 2])
        #expect(dry.errors.contains("6 to replace, 2 new, 0 there already."), "\(dry.errors)")
        #expect(try bytes() == first)
        #expect(try program.run(other + ["--update"]).states == ["painted": 8])
        #expect(try program.run(other).states == ["kept": 8])
        // Somebody else's file is not meant.
        try program.write(Fixture.png(width: 4, height: 4), to: "out/c0-s0.png")
        #expect(try program.run(other + ["--update"]).states == ["kept": 7, "failed": 1])
    }

    @Test func whatIsNoPictureInAFolderIsNamed() throws {
        for name in ["a.heic", "b.HEIC", "c.webp", "d.tif", "notes.txt", ".hidden.gif"] {
            try program.write(Data("?".utf8), to: "contents/" + name)
        }
        try #require(mkfifo(program.folder.path + "/contents/pipe.png", 0o600) == 0)
        let foreign = open(program.folder.path + "/contents/", O_RDONLY)
        let name: [CChar] = [0x66, -1, 0x2E, 0x70, 0x6E, 0x67, 0]
        close(openat(foreign, name, O_CREAT | O_WRONLY, 0o600))
        close(foreign)
        let outcome = try program.run(folders())
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            outcome.errors.contains(
                "Passed over in contents: 2 HEIC pictures (a.heic, b.HEIC), 1 TIFF picture (d.tif), "
                    + "1 WebP picture (c.webp), pipes and devices (pipe.png), and names that are not UTF-8 ("),
            "\(outcome.errors)")
        #expect(outcome.errors.contains("magick a.heic a.png"))
        #expect(!outcome.errors.contains("notes.txt") && !outcome.errors.contains("hidden"))
        #expect(try painted == Set(Self.outputs))
    }

    @Test func namesThatDifferInHowAnAccentIsWrittenAreTwoPictures() throws {
        for (seed, name) in ["e\u{301}.png", "\u{E9}.png"].enumerated() {
            try program.write(Fixture.png(width: 24, height: 20, phase: Float(seed)), to: "twins/" + name)
        }
        // Where both are one file there is nothing to tell apart.
        guard try FileManager.default.contentsOfDirectory(atPath: program.folder.path + "/twins").count == 2 else {
            return
        }
        let outcome = try program.run([
            "--content", "twins", "--style", "styles/s0.png", "--steps", "4", "--output", "out",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let outputs = try FileManager.default.contentsOfDirectory(atPath: program.folder.path + "/out")
        #expect(Set(outputs.map { Array($0.utf8) }).count == 2, "\(outputs)")
        let pictures = try outputs.map { try Fixture.decode(program.read("out/" + $0)) }
        #expect(pictures.count == 2 && pictures[0] != pictures[1])
    }

    @Test func whatIsKeptOfTheContentsFilesIsPartOfTheSettings() throws {
        try program.write(Fixture.withMetadata(width: 24, height: 20), to: "contents/c0.png")
        #expect(try program.run(folders()).status == 0)
        #expect(try program.run(folders("--json", "--update", "--keep-profile")).states == ["painted": 6])
        #expect(
            try program.run(folders("--json", "--update", "--keep-profile", "--keep-metadata")).states
                == ["painted": 6])
        let painted = try DecodedPicture(decoding: Array(program.read("out/c0-s0.png")))
        #expect(try painted.metadata == Fixture.metadata())
        #expect(try program.run(folders("--json", "--keep-metadata", "--keep-profile")).states == ["kept": 6])
    }

    @Test func aRunThatIsKilledAgainAndAgainEndsWithTheSameBytes() throws {
        let unbroken = try program.run(folders("--output", "unbroken"))
        #expect(unbroken.status == 0, "\(unbroken.errors)")
        for pause in [1000, 5000, 15_000, 30_000, 50_000, 80_000, 110_000, 150_000] as [UInt32] {
            _ = try program.run(folders()) { process, _ in
                usleep(pause)
                kill(process.processIdentifier, SIGKILL)
                return true
            }
        }
        #expect(try program.run(folders()).status == 0)
        #expect(try bytes() == bytes(in: "unbroken"))
    }

    @Test func whatCannotBeReadIsReportedAndPassedOver() throws {
        try program.write(Data("no picture".utf8), to: "contents/bad.png")
        let outcome = try program.run(folders("--json"))
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(try outcome.states == ["painted": 6, "failed": 2])
        #expect(outcome.errors.contains("stylize: contents/bad.png cannot be read"))
        #expect(outcome.errors.contains("6 of 8 are in out; 2 could not be painted."))
        #expect(try painted == Set(Self.outputs))
    }

    @Test func shardsShareTheWorkWithoutOverlap() throws {
        var all: [String] = []
        for shard in 1...4 {
            let outcome = try program.run(folders("--shard", "\(shard)/4"))
            #expect(outcome.status == 0, "\(outcome.errors)")
            all += outcome.lines.map(String.init)
        }
        #expect(all.sorted() == Self.outputs.sorted())
    }

    @Test func aDryRunSaysWhatWouldBeDoneAndDoesNothing() throws {
        let before = try program.files
        let outcome = try program.run(folders("--dry-run", "--json"))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try outcome.states == ["planned": 6])
        #expect(try program.files == before)
        #expect(try Set(outcome.objects.compactMap { $0["output"] as? String }) == Set(Self.outputs))
        #expect(try program.run(folders()).status == 0)
        #expect(try program.run(folders("--dry-run", "--json")).states == ["kept": 6])
    }

    @Test func aFolderIsPaintedAsItsPicturesAreAlone() throws {
        try program.write(Fixture.png(width: 8, height: 8), to: "mask.png")
        let look = ["--mask", "mask.png", "--strength", "0.5", "--preserve-color", "luminance"]
        let outcome = try program.run(folders() + look)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let alone = ["--content", "contents/c1.png", "--style", "styles/s0.png", "--steps", "4"]
        #expect(try program.run(alone + look + ["--output", "alone.png"]).status == 0)
        #expect(try program.read("alone.png") == program.read("out/c1-s0.png"))
        #expect(try program.run(alone + ["--output", "plain.png"]).status == 0)
        #expect(try Fixture.decode(program.read("plain.png")) != Fixture.decode(program.read("alone.png")))
        // A mask is one of the pictures that a painting is made of.
        try program.write(Fixture.png(width: 8, height: 8, phase: 1), to: "mask.png")
        #expect(try program.run(folders("--json", "--update") + look).states == ["painted": 6])
    }

    @Test func stylesMayHaveMasksOfTheirOwn() throws {
        try program.write(Fixture.png(width: 8, height: 8), to: "mask.png")
        let styles = ["--style", "styles/s0.png", "--style", "styles/s1.png", "--steps", "4"]
        let masks = ["--style-mask", "mask.png", "--style-mask", "mask.png"]
        let outcome = try program.run(["--content", "contents", "--output", "out"] + styles + masks)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let alone = try program.run(["--content", "contents/c2.png", "--output", "alone.png"] + styles + masks)
        #expect(alone.status == 0, "\(alone.errors)")
        #expect(try program.read("alone.png") == program.read("out/c2-s0+s1.png"))
    }

    @Test func whatBecameOfAPictureIsSaidInTheSameWordsHoweverItWasAskedFor() throws {
        let pair = ["--content", "contents/c0.png", "--style", "styles/s0.png", "--steps", "4", "--json"]
        try program.write(
            Data(#"{"content": "contents/c0.png", "style": "styles/s0.png", "output": "listed.png"}"#.utf8), to: "jobs")
        let runs = try [
            program.run(pair + ["--output", "alone.png"]), program.run(folders("--json")),
            program.run(["batch", "--jobs", "jobs", "--steps", "4", "--json"]),
        ].map { try $0.objects }
        let keys: Set = [
            "content", "styles", "output", "width", "height", "loss", "seed", "steps", "seconds", "state",
        ]
        let same = try runs.map { objects in
            var object = try #require(
                objects.first {
                    $0["content"] as? String == "contents/c0.png" && $0["styles"] as? [String] == ["styles/s0.png"]
                })
            #expect(Set(object.keys) == keys)
            for key in ["output", "seconds"] { object[key] = nil }
            return object as NSDictionary
        }
        #expect(same[0] == same[1] && same[1] == same[2])
        #expect(runs[0].count == 1)
        let summary = try #require(runs[1].last)
        #expect(Set(summary.keys) == ["pictures", "painted", "kept", "planned", "outdated", "failed", "seconds"])
        #expect(summary["pictures"] as? Int == 6 && summary["painted"] as? Int == 6)
    }

    @Test func foldersWithinFoldersKeepTheirPlaces() throws {
        try program.write(Fixture.png(width: 20, height: 16, phase: 3), to: "contents/deep/c0.png")
        let recursive = ["--content", "contents", "--style", "styles/s0.png", "--steps", "2", "--recursive"]
        let outcome = try program.run(recursive + ["--output", "contents/out", "--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try program.files.contains("contents/out/deep/c0-s0.png"))
        // What was painted into a folder of the contents is no content of the next run.
        #expect(try program.run(recursive + ["--output", "contents/out", "--json"]).states == ["kept": 4])
    }

    @Test func aLinkBackToItsFolderIsNotFollowed() throws {
        try FileManager.default.createSymbolicLink(
            at: program.folder.appending(path: "contents/all"), withDestinationURL: URL(filePath: "../contents"))
        let outcome = try program.run(folders("--recursive"))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try painted == Set(Self.outputs))
    }

    @Test func theFormatAndQualityAreThoseAskedFor() throws {
        let outcome = try program.run(folders("--format", "jpg", "--quality", "30", "--output", "small"))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try program.run(folders("--format", "jpg", "--output", "large")).status == 0)
        let (small, large) = (try bytes(in: "small"), try bytes(in: "large"))
        #expect(Set(small.keys) == Set(Self.outputs.map { $0.dropFirst(4).dropLast(3) + "jpg" }))
        for (name, bytes) in small {
            #expect(bytes.starts(with: [0xFF, 0xD8, 0xFF]))
            #expect(try bytes.count < #require(large[name]).count)
        }
    }

    @Test func severalStylesAreBlendedUnlessAFolderIsAmongThem() throws {
        let blended = try program.run([
            "--content", "contents", "--style", "styles/s0.png", "--style", "styles/s1.png", "--style-blend", "1,3",
            "--steps", "2", "--output", "out",
        ])
        #expect(blended.status == 0, "\(blended.errors)")
        #expect(try painted == Set((0..<3).map { "out/c\($0)-s0+s1.png" }))
    }

    @Test func nobodyElsesFileIsReplaced() throws {
        try program.write(Fixture.png(width: 4, height: 4), to: "out/c0-s0.png")
        let mine = try program.read("out/c0-s0.png")
        let outcome = try program.run(folders("--json"))
        #expect(outcome.status == 1)
        #expect(try outcome.states == ["failed": 1, "painted": 5])
        #expect(outcome.errors.contains("out/c0-s0.png is none of ours"))
        #expect(try program.read("out/c0-s0.png") == mine)
        #expect(try program.run(folders("--json", "--force")).states == ["painted": 6])
    }

    @Test func whatIsInTheWayAndCannotBeReadIsLeftAlone() throws {
        try program.write([1], to: "out/c0-s0.png/mine")
        let outcome = try program.run(folders("--json", "--force"))
        #expect(try outcome.states == ["failed": 1, "painted": 5])
        #expect(outcome.errors.contains("out/c0-s0.png is in the way and cannot be read"), "\(outcome.errors)")
    }

    @Test func aDryRunReportsWhatCannotBeDoneAndGoesOn() throws {
        try program.write(Fixture.png(width: 4, height: 4), to: "out/c0-s0.png")
        let outcome = try program.run(folders("--dry-run", "--json"))
        #expect(outcome.status == 1)
        #expect(try outcome.states == ["failed": 1, "planned": 5])
    }

    @Test func twoRunsAtOnceDoNoHarm() throws {
        let other = Process()
        let outcome = try program.run(folders()) { process, _ in
            other.executableURL = process.executableURL
            other.arguments = self.folders()
            other.currentDirectoryURL = self.program.folder
            other.standardOutput = FileHandle.nullDevice
            other.standardError = FileHandle.nullDevice
            try? other.run()
            return true
        }
        other.waitUntilExit()
        #expect(outcome.status == 0 && other.terminationStatus == 0, "\(outcome.errors)")
        #expect(try painted == Set(Self.outputs))
        let both = try bytes()
        #expect(try program.run(folders("--output", "alone")).status == 0)
        #expect(try both == bytes(in: "alone"))
    }

    @Test(
        arguments: [
            (["--output", "contents"], 73, "the results would become inputs of contents"),
            (["--output", "-"], 64, "do not go to standard output"),
            (["--output", ""], 64, "--output is empty"),
            (["--style-mask", "contents/c0.png"], 64, "--style-mask goes with pictures, not with folders"),
            (["--preview-every", "2"], 64, "--preview-every is for one picture"),
            (["--style-blend", "1"], 64, "--style-blend goes with pictures"),
            (["--init", "contents/c0.png"], 64, "content or noise"),
            (["--shard", "3/2"], 64, "--shard"),
            (["--style", "none"], 66, "there is no file or folder none"),
            (["--output", "contents/c0.png"], 73, "cannot be made"),
        ] as [([String], Int32, String)])
    func whatCannotBeDoneIsSaidBeforeAnyWork(more: [String], status: Int32, excerpt: String) throws {
        let before = try program.files
        let outcome = try program.run(folders() + more)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(excerpt), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(try program.files == before)
    }

    // MARK: - A world that changes meanwhile

    @Test func aFileThatDisappearsIsReportedAndTheOthersArePainted() throws {
        let gone = program.folder.appending(path: "contents/c2.png")
        let outcome = try program.run(folders("--json", "--steps", "300", "--threads", "1")) { _, errors in
            guard errors.contains("pictures to paint") else { return false }
            try? FileManager.default.removeItem(at: gone)
            return true
        }
        // It is seen before it goes if the program is quick, and missed if it is not.
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("contents/c2.png cannot be read: there is no such file"), "\(outcome.errors)")
        #expect(try painted.isSuperset(of: ["out/c0-s0.png", "out/c0-s1.png", "out/c1-s0.png", "out/c1-s1.png"]))
    }

    @Test func aPaintingOfAPictureThatChangedMeanwhileIsNotKept() throws {
        let other = try Fixture.png(width: 24, height: 20, phase: 55)
        let outcome = try program.run(folders("--json", "--steps", "60", "--threads", "1")) { _, errors in
            // The first is done, so that all have been looked at and the third is not read yet.
            guard errors.contains("c0.png in the style of s0.png, ") else { return false }
            try? self.program.write(other, to: "contents/c2.png")
            return true
        }
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("contents/c2.png and styles/s0.png changed"), "\(outcome.errors)")
        #expect(try outcome.states == ["painted": 4, "failed": 2])
        #expect(try program.run(folders("--json", "--steps", "60")).states == ["kept": 4, "painted": 2])
    }

    #if os(Linux)
        @Test func aStandardOutputThatTakesNothingEndsTheRunAndIsNoFailureOfAPainting() throws {
            let outcome = try program.run(folders("--threads", "1"), shell: "exec \"$0\" \"$@\" > /dev/full")
            #expect(outcome.status == 73)
            #expect(outcome.errors.contains("standard output cannot be written"), "\(outcome.errors)")
            #expect(try painted.count == 1)
        }
    #endif

    /// A limit on the size of files stands for a disk that is full: writing fails half-way. What the program says fits
    /// below it, a painting of 96 x 80 pixels does not.
    @Test func whatCannotBeWrittenIsReportedAndLeavesNothingHalfWritten() throws {
        let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""
        let outcome = try program.run(folders("--json", "--size", "96"), shell: script)
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(try outcome.states == ["failed": 6])
        #expect(outcome.errors.contains("out/c0-s0.png cannot be written"), "\(outcome.errors)")
        #expect(try painted.isEmpty)
        #expect(try program.run(folders("--size", "96")).status == 0)
        #expect(try painted == Set(Self.outputs))
    }

    // MARK: - Names

    @Test func namesThatCannotBeToldApartAreRefusedBeforeAnyWork() throws {
        try program.write(Fixture.png(width: 20, height: 20), to: "other/styles/s0.png")
        let outcome = try program.run(folders("--style", "other/styles"))
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("out/c0-styles-s0.png.png would be written twice"), "\(outcome.errors)")
        #expect(try painted.isEmpty)
    }
}
