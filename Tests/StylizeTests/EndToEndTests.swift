import DrawnPictures
import Foundation
import Imaging
import Testing

@testable import stylize

/// The built program against the world, one run after the other: each uses every core.
@Suite(.serialized) struct EndToEndTests {
    let program: Program

    init() throws {
        program = try Program()
        try program.write(Fixture.png(width: 40, height: 24), to: "photo.png")
        try program.write(Fixture.png(width: 32, height: 32, phase: 2), to: "waves.png")
    }

    private let inputs: Set<String> = ["photo.png", "waves.png"]
    private let ordinary = ["--content", "photo.png", "--style", "waves.png", "--steps", "4"]

    private func expectOneSentence(_ outcome: Program.Outcome, _ excerpts: String...) {
        let lines = outcome.errors.split(separator: "\n")
        let failures = lines.filter { $0.hasPrefix("stylize: ") }
        #expect(failures.count == 1, "\(outcome.errors)")
        #expect(lines.last == failures.last, "\(outcome.errors)")
        #expect(failures.last?.hasSuffix(".") == true || failures.last?.hasSuffix("?") == true, "\(outcome.errors)")
        for excerpt in excerpts { #expect(outcome.errors.contains(excerpt), "\(outcome.errors)") }
        for noise in ["Error Domain", "NSCocoa", "Fatal error", "Optional(", "Failure("] {
            #expect(!outcome.errors.contains(noise))
        }
        #expect(outcome.output.isEmpty)
    }

    // MARK: - What it makes

    @Test func aPictureIsWrittenUnderItsDefaultNameWhichIsAllThatIsOnStandardOutput() throws {
        let outcome = try program.run(ordinary)
        #expect(outcome.status == 0)
        #expect(outcome.lines == ["photo-waves.png"])
        #expect(outcome.errors.contains("photo.png in the style of waves.png"))
        #expect(outcome.errors.contains("seed 0"))
        #expect(try program.files == inputs.union(["photo-waves.png"]))
        let picture = try Fixture.decode(program.read("photo-waves.png"))
        #expect((picture.width, picture.height) == (40, 24))
    }

    @Test(arguments: [
        ("1x1", try Fixture.png(width: 1, height: 1)),
        ("1x4000", try Fixture.png(width: 1, height: 4000)),
        ("greyscale", Fixture.grey),
        ("16-bit greyscale", Fixture.grey16),
        ("16-bit colour", try Fixture.png(width: 9, height: 7, depth: .sixteen)),
        ("palette", Fixture.palette),
        ("transparent", try Fixture.png(width: 9, height: 7, transparent: true)),
        ("CMYK", Fixture.cmykJPEG),
        ("JPEG", try Fixture.jpeg(width: 9, height: 7)),
    ])
    func everyKindOfPictureWorksAsContentAndAsStyle(kind: String, bytes: [UInt8]) throws {
        try program.write(bytes, to: "odd")
        let expected = try Fixture.decode(bytes)
        let asContent = try program.run(["-c", "odd", "-s", "waves.png", "--steps", "2", "-o", "content.png"])
        #expect(asContent.status == 0, "\(kind): \(asContent.errors)")
        let picture = try Fixture.decode(program.read("content.png"))
        #expect((picture.width, picture.height) == (expected.width, expected.height))
        let asStyle = try program.run(["-c", "photo.png", "-s", "odd", "--steps", "2", "-o", "style.png"])
        #expect(asStyle.status == 0, "\(kind): \(asStyle.errors)")
    }

    @Test func alphaIsKeptInAPNGAtTheNewSize() throws {
        try program.write(Fixture.png(width: 40, height: 20, transparent: true), to: "photo.png")
        #expect(try program.run(ordinary + ["--size", "20"]).status == 0)
        let picture = try Fixture.decode(program.read("photo-waves.png"))
        #expect((picture.width, picture.height) == (20, 10))
        let alpha = try #require(picture.alpha).values
        #expect(alpha[0] < 0.2 && alpha[19] > 0.8)
    }

    @Test(arguments: [("out.jpg", [0xFF, 0xD8, 0xFF]), ("out.PNG", [0x89, 0x50, 0x4E])] as [(String, [UInt8])])
    func theEndingChoosesTheFormat(name: String, signature: [UInt8]) throws {
        #expect(try program.run(ordinary + ["-o", name]).status == 0)
        #expect(try Array(program.read(name).prefix(3)) == signature)
    }

    @Test func sixteenBitsAreWrittenWhenAskedFor() throws {
        #expect(try program.run(ordinary + ["--depth", "16"]).status == 0)
        // The depth is the byte after the signature, the chunk's head, the width and the height.
        #expect(try program.read("photo-waves.png")[24] == 16)
    }

    @Test(arguments: ["out.png", "out.jpg"])
    func thePictureCarriesTheCommandLineThatRepeatsIt(name: String) throws {
        #expect(try program.run(ordinary + ["-o", name, "--seed", "77"]).status == 0)
        let bytes = try program.read(name)
        #expect(bytes.range(of: Data("stylize --content photo.png --style waves.png".utf8)) != nil)
        #expect(bytes.range(of: Data("--seed 77".utf8)) != nil)
    }

    @Test(arguments: ["out.png", "out.jpg"])
    func whatIsKeptOfTheContentsFileIsWhatWasAskedFor(name: String) throws {
        try program.write(Fixture.withMetadata(width: 40, height: 24), to: "photo.png")
        let all = try Fixture.metadata()
        func metadata(_ options: String...) throws -> PictureMetadata {
            let outcome = try program.run(ordinary + ["-o", name, "--force"] + options)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try DecodedPicture(decoding: Array(program.read(name))).metadata
        }
        // A PNG needs no profile to say that it is sRGB.
        let sRGB = name.hasSuffix("png") ? nil : ICCProfile.sRGB
        #expect(try metadata() == PictureMetadata(profile: sRGB))
        #expect(try metadata("--keep-profile") == PictureMetadata(profile: all.profile))
        #expect(try metadata("--keep-metadata") == PictureMetadata(profile: sRGB, exif: all.exif, xmp: all.xmp))
        #expect(try metadata("--keep-profile", "--keep-metadata") == all)
    }

    @Test func severalStylesShareAName() throws {
        try program.write(Fixture.png(width: 16, height: 16, phase: 4), to: "rust.png")
        let outcome = try program.run(ordinary + ["-s", "rust.png", "--style-blend", "2,1"])
        #expect(outcome.status == 0)
        #expect(outcome.lines == ["photo-waves+rust.png"])
    }

    @Test func anOutputFolderGetsTheDefaultName() throws {
        try FileManager.default.createDirectory(
            at: program.folder.appending(path: "out"), withIntermediateDirectories: false)
        let outcome = try program.run(ordinary + ["-o", "out"])
        #expect(outcome.lines == ["out/photo-waves.png"])
        #expect(try program.files == inputs.union(["out", "out/photo-waves.png"]))
    }

    @Test func whatAMaskLeavesOutStaysAsItIs() throws {
        let black = Picture(width: 4, height: 4, pixels: .init(repeating: 0, count: 48))
        try program.write(black.encoded(as: .png()), to: "mask.png")
        let outcome = try program.run(ordinary + ["--mask", "mask.png"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try Fixture.decode(program.read("photo-waves.png")) == Fixture.decode(program.read("photo.png")))
    }

    @Test func aMaskForEachStyleIsRead() throws {
        try program.write(Fixture.png(width: 8, height: 8), to: "mask.png")
        let outcome = try program.run(
            ordinary + ["--style-mask", "mask.png", "--strength", "0.5", "--preserve-color", "luminance"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let missing = try program.run(ordinary + ["--style-mask", "none.png", "--force"])
        #expect(missing.status == 66)
        expectOneSentence(missing, "none.png")
    }

    @Test func enlargingIsSaid() throws {
        let outcome = try program.run(ordinary + ["--size", "64"])
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("enlarges"))
        #expect(try !program.run(ordinary + ["--size", "40", "--force"]).errors.contains("enlarges"))
    }

    @Test func theSameSeedGivesTheSameBytesOnAnyNumberOfThreads() throws {
        let noise = ordinary + ["--init", "noise", "--seed", "5"]
        #expect(try program.run(noise + ["--threads", "1", "-o", "one.png"]).status == 0)
        #expect(try program.run(noise + ["--threads", "2", "-o", "two.png"]).status == 0)
        #expect(try program.run(noise + ["--seed", "6", "-o", "other.png"]).status == 0)
        #expect(try program.read("one.png") == program.read("two.png"))
        #expect(try Fixture.decode(program.read("one.png")) != Fixture.decode(program.read("other.png")))
    }

    @Test func aPictureCanBeTheStart() throws {
        #expect(try program.run(ordinary + ["--init", "waves.png", "-o", "one.png"]).status == 0)
        #expect(try program.run(ordinary + ["-o", "two.png"]).status == 0)
        #expect(try Fixture.decode(program.read("one.png")) != Fixture.decode(program.read("two.png")))
        expectOneSentence(try program.run(ordinary + ["--init", "none.png", "--force"]), "none.png")
    }

    @Test func previewsAreWrittenBesideTheOutputAndGoneWhenItIsThere() throws {
        var wasThere = false
        let outcome = try program.run(ordinary + ["--steps", "300", "--preview-every", "1"]) { _, _ in
            wasThere = (try? self.program.files.contains("photo-waves-preview.png")) == true
            return wasThere
        }
        #expect(outcome.status == 0 && wasThere, "\(outcome.errors)")
        #expect(try program.files == inputs.union(["photo-waves.png"]))
    }

    @Test func aDefaultNameThatIsTakenGetsANumber() throws {
        for name in ["photo-waves.png", "photo-waves-2.png", "photo-waves-3.png"] {
            #expect(try program.run(ordinary).lines == [Substring(name)])
        }
        #expect(try program.run(ordinary + ["--dry-run"]).lines == ["photo-waves-4.png"])
        #expect(try program.run(ordinary + ["--force"]).lines == ["photo-waves.png"])
        #expect(try program.files.count == inputs.count + 3)
    }

    @Test func aDashReadsOnePictureFromStandardInput() throws {
        #expect(try program.run(ordinary).status == 0)
        let (shell, style) = ("exec \"$0\" \"$@\" < photo.png", ["--style", "waves.png", "--steps", "4"])
        let outcome = try program.run(["--content", "-"] + style, shell: shell)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines == ["stdin-waves.png"])
        let pictures = try ["photo-waves.png", "stdin-waves.png"].map { try Fixture.decode(program.read($0)) }
        #expect(pictures[0] == pictures[1])
        expectOneSentence(
            try program.run(["--content", "-", "--style", "-"], shell: shell), "Standard input can be read but once")
    }

    @Test(arguments: ["--features", "--optimizer-weights", "--content", "--mask"])
    func aDeviceWithoutEndIsNoInput(option: String) throws {
        let outcome = try program.run(["--content", "photo.png", "--style", "waves.png", option, "/dev/zero"])
        #expect(outcome.status == 66)
        expectOneSentence(outcome, "/dev/zero cannot be read")
    }

    #if os(Linux)
        @Test(arguments: [100_000, 400_000]) func memoryThatAUserIsNotGivenIsMissedInOneSentence(limit: Int) throws {
            let outcome = try program.run(
                ordinary + ["--size", "3000"], shell: "ulimit -v \(limit); exec \"$0\" \"$@\"")
            #expect([1, 64].contains(outcome.status), "\(outcome.errors)")
            expectOneSentence(outcome, "of memory")
        }

        @Test func aPictureThatIsTooLargeForTheMemoryIsNotDecoded() throws {
            try program.write(Fixture.hugePNG, to: "huge.png")
            let outcome = try program.run(
                ["--content", "huge.png", "--style", "waves.png", "--max-pixels", "100000000000"])
            #expect(outcome.status == 66)
            expectOneSentence(outcome, "huge.png is 100000 x 100000 pixels, which take 270.0 GB of memory")
        }

        /// Whoever may make control groups checks that their limit is kept.
        @Test func inAMemoryGroupPicturesArePaintedOneAfterTheOtherWhenTheyMust() throws {
            let exists = { (path: String) in FileManager.default.fileExists(atPath: path) }
            let parent = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"].first { exists($0 + "/cgroup.procs") }
            guard let parent, geteuid() == 0 else { return }
            let group = parent + "/stylize-\(UUID().uuidString)"
            guard mkdir(group, 0o755) == 0 else { return }
            defer { rmdir(group) }
            let limit = ["memory.limit_in_bytes", "memory.max"].map { group + "/" + $0 }.first { exists($0) }
            guard let limit, (try? Data("419430400".utf8).write(to: URL(filePath: limit))) != nil else { return }
            for seed in 0..<4 {
                try program.write(Fixture.png(width: 512, height: 512, phase: Float(seed)), to: "many/\(seed).png")
            }
            let outcome = try program.run(
                ["--content", "many", "--style", "waves.png", "--steps", "12", "--output", "out", "--json"],
                shell: "echo $$ > \(group)/cgroup.procs; exec \"$0\" \"$@\"")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try outcome.states == ["painted": 4])
        }
    #endif

    @Test func aNameThatIsNotUTF8IsSaidToBeSo() throws {
        let outcome = try program.run(
            ["--style", "waves.png"], shell: "exec \"$0\" --content \"$(printf 'a\\377.png')\" \"$@\"")
        #expect(outcome.status == 64)
        expectOneSentence(outcome, "is not in UTF-8")
    }

    // MARK: - What it says

    @Test func aDashPutsThePictureAndNothingElseOnStandardOutput() throws {
        let outcome = try program.run(ordinary + ["-o", "-"])
        #expect(outcome.status == 0)
        let picture = try Fixture.decode(outcome.output)
        #expect((picture.width, picture.height) == (40, 24))
        #expect(
            outcome.output.suffix(8) == Data([0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]), "it ends with IEND")
        #expect(try program.files == inputs)
    }

    @Test func jsonIsOneObjectALine() throws {
        let outcome = try program.run(ordinary + ["--json", "--seed", "9"])
        #expect(outcome.lines.count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
        #expect(object["output"] as? String == "photo-waves.png")
        #expect(object["width"] as? Int == 40)
        #expect(object["height"] as? Int == 24)
        #expect(object["seed"] as? Int == 9)
        #expect(object["steps"] as? Int == 4)
        #expect(object["loss"] as? Double != nil)
        #expect(object["seconds"] as? Double != nil)
        #expect(object["state"] as? String == "painted")
    }

    @Test func aDryRunNamesWhatTheRunWrites() throws {
        let dry = try program.run(ordinary + ["--dry-run"])
        #expect(dry.status == 0 && dry.lines == ["photo-waves.png"], "\(dry.errors)")
        #expect(try program.run(ordinary + ["--dry-run", "--json"]).states == ["planned": 1])
        #expect(try program.files == inputs)
        #expect(try program.run(ordinary).lines == dry.lines)
        // As the run would be, it is refused now.
        let again = try program.run(ordinary + ["--dry-run", "-o", "photo-waves.png"])
        #expect(again.status == 73)
        expectOneSentence(again, "photo-waves.png", "--force")
        #expect(try program.run(ordinary + ["--dry-run", "--force"]).lines == dry.lines)
    }

    @Test func quietSaysNothing() throws {
        let outcome = try program.run(ordinary + ["--quiet", "--size", "64"])
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.lines == ["photo-waves.png"])
        expectOneSentence(try program.run(ordinary + ["--quiet", "-o", "photo-waves.png"]), "--force")
    }

    @Test func verboseSaysMore() throws {
        let usual = try program.run(ordinary)
        let verbose = try program.run(ordinary + ["--verbose", "--force"])
        #expect(verbose.errors.count > usual.errors.count)
        #expect(verbose.errors.contains("40x24"))
    }

    @Test func nothingIsRedrawnAwayFromATerminal() throws {
        let outcome = try program.run(ordinary)
        #expect(!outcome.errors.contains("\r") && !outcome.errors.contains("\u{1B}"))
    }

    /// Nobody should wait in silence for a slow disk: here the content never comes.
    @Test func somethingIsSaidBeforeAPictureIsRead() throws {
        try #require(mkfifo(program.folder.appending(path: "slow.png").path, 0o600) == 0)
        var looks = 0
        let outcome = try program.run(["--content", "slow.png", "--style", "waves.png"]) { process, errors in
            looks += 1
            // A program that reads first would wait forever; ten seconds of looks are more than any machine's start.
            guard errors.contains("slow.png") || looks == 5000 else { return false }
            kill(process.processIdentifier, SIGKILL)
            return true
        }
        #expect(outcome.errors.contains("slow.png in the style of waves.png"), "\(outcome.errors)")
    }

    @Test func aSideTooLongForJPEGIsRefusedBeforePainting() throws {
        try program.write(Fixture.png(width: 65501, height: 16), to: "wide.png")
        let outcome = try program.run(ordinary + ["--content", "wide.png", "--output", "wide.jpg"])
        #expect(outcome.status == 73)
        expectOneSentence(outcome, "wide.jpg cannot be written", "at most 65500 pixels a side")
        #expect(!outcome.errors.contains("%"), "\(outcome.errors)")
    }

    @Test func versionAndHelpGoToStandardOutput() throws {
        let version = try program.run(["--version"])
        #expect(version.status == 0)
        #expect(version.lines == [Substring(Stylize.version)])
        let help = try program.run(["--help"])
        #expect(help.status == 0)
        #expect(help.errors.isEmpty)
        #expect(String(decoding: help.output, as: UTF8.self).contains("--style-blend"))
    }

    @Test func everySubcommandHasItsOwnHelp() throws {
        let root = String(decoding: try program.run(["--help"]).output, as: UTF8.self)
        for (name, option, foreign) in [
            ("batch", "--jobs <file>", "--mask"),
            ("contact-sheet", "--results <folder>", "--mask"),
            ("train-features", "--channels", "--meta-steps"),
            ("draw-examples", "--output <folder>", "--style-blend"),
            ("compare", "--optimizer-weights <file>", "--preview-every"),
            ("train-optimizer", "--meta-steps", "--style-blend"),
        ] {
            #expect(root.contains("  \(name) "))
            for arguments in [[name, "--help"], ["help", name]] {
                let outcome = try program.run(arguments)
                let help = String(decoding: outcome.output, as: UTF8.self)
                #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
                #expect(help.contains("USAGE: stylize \(name)") && help.contains(option) && !help.contains(foreign))
            }
            #expect(try program.run([name, "--version"]).lines == [Substring(Stylize.version)])
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsKnowTheSubcommands(shell: String) throws {
        let outcome = try program.run(["--generate-completion-script", shell])
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let script = String(decoding: outcome.output, as: UTF8.self)
        for word in ["train-optimizer", "meta-steps", "evaluations", "style-blend"] { #expect(script.contains(word)) }
    }

    // MARK: - What can be wrong with an input

    @Test(arguments: ["--content", "--style", "--init"])
    func aMissingFileIsNamed(option: String) throws {
        let outcome = try program.run(ordinary + [option, "none.png"])
        #expect(outcome.status == 66)
        expectOneSentence(outcome, "there is no file none.png")
        #expect(try program.files == inputs)
    }

    @Test func aFolderIsNoStart() throws {
        let outcome = try program.run(ordinary + ["--init", "."])
        #expect(outcome.status == 66)
        expectOneSentence(outcome, "is a folder")
    }

    @Test(
        arguments: [
            ("empty.png", []),
            ("text.png", Array("This is no picture, whatever its name says.\n".utf8)),
            ("huge.png", Fixture.hugePNG),
            ("cut.png", Array(try Fixture.png(width: 40, height: 24).dropLast(400))),
            ("cut.jpg", { $0.prefix($0.count / 2) + [] }(try Fixture.jpeg(width: 40, height: 24))),
        ] as [(String, [UInt8])])
    func aBrokenPictureIsNamed(name: String, bytes: [UInt8]) throws {
        try program.write(bytes, to: name)
        for arguments in [["-c", name, "-s", "waves.png"], ["-c", "photo.png", "-s", name]] {
            let outcome = try program.run(arguments + ["-o", "out.png"])
            #expect(outcome.status == 66)
            expectOneSentence(outcome, name)
        }
        #expect(try program.files == inputs.union([name]))
    }

    @Test(
        arguments: [
            [], ["compare", "--pairs", "1", "--no-tune"], ["contact-sheet"],
            [
                "train-optimizer", "--meta-steps", "1", "--validation-content", "big.png", "--validation-style",
                "big.png",
            ],
        ])
    func aPictureOfMorePixelsThanAllowedIsRefusedWithItsSizeAndTheOption(command: [String]) throws {
        try program.write(Fixture.png(width: 50, height: 40), to: "big.png")
        let outcome = try program.run(
            command + ["--content", "big.png", "--style", "waves.png", "--max-pixels", "1999"])
        #expect(outcome.status == 66)
        expectOneSentence(outcome, "big.png is 50 x 40 pixels; make it smaller, or raise --max-pixels from 1999.")
    }

    @Test func aPictureOfAsManyPixelsAsAllowedIsPainted() throws {
        let outcome = try program.run(ordinary + ["--max-pixels", "1024"])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func aLayerThatDoesNotExistIsAUsageError() throws {
        let outcome = try program.run(ordinary + ["--style-layers", "relu9_9"])
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("relu9_9"))
        #expect(try program.files == inputs)
    }

    // MARK: - What can be wrong with the output

    @Test(arguments: [("none/out.png", "no folder none"), ("photo.png/out.png", "photo.png is no folder")])
    func anOutputThatCannotBeWrittenIsRefusedBeforeAnyWork(output: String, excerpt: String) throws {
        let outcome = try program.run(ordinary + ["-o", output])
        #expect(outcome.status == 73)
        expectOneSentence(outcome, excerpt)
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(try program.files == inputs)
    }

    @Test func anExistingOutputIsKeptUnlessForced() throws {
        let precious = Data("precious".utf8)
        try program.write(precious, to: "photo-waves.png")
        let refused = try program.run(ordinary + ["-o", "photo-waves.png"])
        #expect(refused.status == 73)
        expectOneSentence(refused, "photo-waves.png", "--force")
        #expect(try program.read("photo-waves.png") == precious)

        #expect(try program.run(ordinary + ["--force"]).status == 0)
        #expect(try program.read("photo-waves.png") != precious)
        #expect(try program.files == inputs.union(["photo-waves.png"]))
    }

    @Test(arguments: [["-o", "./photo.png"], ["-o", "waves.png"], ["-o", "photo.jpg", "--preview-every", "1"]])
    func noInputIsReplacedEvenByForce(_ output: [String]) throws {
        // What the preview of the last would be called.
        try program.write(program.read("photo.png"), to: "photo-preview.png")
        let pictures = output.count > 2 ? ["-c", "photo-preview.png", "-s", "waves.png"] : []
        let arguments = pictures.isEmpty ? ordinary : pictures + ["--size", "16", "--steps", "2"]
        let before = try ["photo.png", "waves.png", "photo-preview.png"].map { try program.read($0) }
        for force in [[], ["--force"]] {
            let refused = try program.run(arguments + output + force)
            #expect(refused.status == 73)
            expectOneSentence(refused, "its own input")
        }
        #expect(try ["photo.png", "waves.png", "photo-preview.png"].map { try program.read($0) } == before)
    }

    @Test func aResultThatReplacesAFileKeepsItsPermissions() throws {
        #expect(try program.run(ordinary).status == 0)
        let path = program.folder.appending(path: "photo-waves.png").path
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try program.run(ordinary + ["--force"]).status == 0)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test(arguments: [[], ["--force"]])
    func aLinkThatLeadsNowhereYetIsFollowed(_ force: [String]) throws {
        let link = program.folder.appending(path: "photo-waves.png").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "result.png")
        #expect(try program.run(ordinary + force).status == 0)
        #expect(try program.files.isSuperset(of: ["photo-waves.png", "result.png"]))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "result.png")
    }

    #if os(Linux)
        @Test func aFullDiskIsAnOutputThatCannotBeWritten() throws {
            let outcome = try program.run(ordinary + ["-o", "-"], output: "/dev/full")
            #expect(outcome.status == 73)
            expectOneSentence(outcome, "standard output")
        }
    #endif

    // MARK: - Ctrl-C

    private let endless = ["--content", "photo.png", "--style", "waves.png", "--steps", "1000000"]

    @Test(arguments: [SIGINT, SIGTERM])
    func anInterruptSavesTheBestSoFar(signal: Int32) throws {
        let outcome = try program.run(endless) { process, errors in
            guard errors.contains("%") else { return false }
            kill(process.processIdentifier, signal)
            return true
        }
        #expect(outcome.status == 130)
        #expect(outcome.lines == ["photo-waves.png"])
        #expect(outcome.errors.contains("best so far"))
        #expect(try program.files == inputs.union(["photo-waves.png"]))
        let picture = try Fixture.decode(program.read("photo-waves.png"))
        #expect(picture.width <= 40)
    }

    @Test func aSecondInterruptLeavesNoHalfFile() throws {
        let outcome = try program.run(endless) { process, errors in
            guard errors.contains("%") else { return false }
            kill(process.processIdentifier, SIGINT)
            usleep(1000)
            kill(process.processIdentifier, SIGINT)
            return true
        }
        #expect(outcome.status == 130)
        #expect(try program.files.subtracting(["photo-waves.png"]) == inputs)
        if try program.files.contains("photo-waves.png") {
            _ = try Fixture.decode(program.read("photo-waves.png"))
        }
    }

    /// A pipe that nobody reads from keeps a picture half-written for as long as it takes.
    @Test func aSecondInterruptWaitsForAPictureThatIsBeingWritten() throws {
        let path = program.folder.appending(path: "pipe.png").path
        #expect(mkfifo(path, 0o600) == 0)
        let pipe = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(pipe) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        // Noise makes a picture of more bytes than a pipe holds.
        let noise = [
            "--content", "photo.png", "--style", "waves.png", "--init", "noise", "--size", "300", "--steps", "1",
        ]
        _ = try program.run(noise + ["--output", "pipe.png", "--force"]) { process, _ in
            let count = read(pipe, &chunk, 1)
            guard count > 0 else { return false }
            bytes += chunk[..<count]
            for _ in 0..<2 {
                kill(process.processIdentifier, SIGINT)
                usleep(50_000)
            }
            #expect(process.isRunning)
            while true {
                let count = read(pipe, &chunk, chunk.count)
                if count > 0 { bytes += chunk[..<count] } else if count == 0 { return true } else { usleep(1000) }
            }
        }
        #expect(try Fixture.decode(bytes).width == 300)
    }

    // MARK: - Examples

    // Drawing them all takes minutes, so these stop before the first is done.

    @Test func anExampleThatExistsIsKeptUnlessForced() throws {
        let last = try #require(ExamplePicture.all.last).path
        try FileManager.default.createDirectory(
            at: program.folder.appending(path: last).deletingLastPathComponent(), withIntermediateDirectories: true)
        try program.write(Data("precious".utf8), to: last)
        let before = try program.files
        let outcome = try program.run(["draw-examples", "--output", "."])
        #expect(outcome.status == 73)
        expectOneSentence(outcome, last, "--force")
        #expect(try program.files == before)
    }

    @Test func drawingExamplesQuitsAtOnceOnASecondInterrupt() throws {
        let outcome = try program.run(["draw-examples"]) { process, errors in
            guard errors.contains("Drawing") else { return false }
            kill(process.processIdentifier, SIGINT)
            return errors.contains("Stopping")
        }
        #expect(outcome.status == 130)
        #expect(outcome.output.isEmpty)
        #expect(try program.files == inputs.union(["images", "images/content", "images/style"]))
    }

    @Test func examplesNeedAFolderThatCanBeMade() throws {
        let outcome = try program.run(["draw-examples", "--output", "photo.png"])
        #expect(outcome.status == 73)
        expectOneSentence(outcome, "photo.png/content")
    }
}
