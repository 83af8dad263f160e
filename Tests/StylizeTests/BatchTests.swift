import Foundation
import Imaging
import Testing

@testable import stylize

/// Lists of jobs, painted by the built program.
@Suite(.serialized) struct BatchTests {
    private let program: Program

    init() throws {
        program = try Program()
        for seed in 0..<2 {
            try program.write(Fixture.png(width: 24, height: 20, phase: Float(seed)), to: "c\(seed).png")
            try program.write(Fixture.png(width: 20, height: 20, phase: Float(seed) + 9), to: "s\(seed).png")
        }
    }

    private func batch(_ list: String, _ more: String...) throws -> Program.Outcome {
        try program.write(Data(list.utf8), to: "jobs")
        return try program.run(["batch", "--jobs", "jobs", "--steps", "2"] + more)
    }

    @Test func eachJobIsWrittenWhereItSaysAndASecondRunHasNothingToDo() throws {
        let list = """
            {"content": "c0.png", "style": "s0.png", "output": "a/first.png"}

            {"content": "c1.png", "style": ["s0.png", "s1.png"], "blend": [1, 3], "output": "second.jpg"}
            {"content": "c1.png", "style": ["s1.png"]}
            """
        let outcome = try batch(list)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let outputs = ["a/first.png", "second.jpg", "stylized/c1-s1.png"]
        #expect(outcome.lines.map(String.init).sorted() == outputs)
        let first = try outputs.map(program.read)
        #expect(first[1].starts(with: [0xFF, 0xD8, 0xFF]))
        let second = try batch(list, "--json")
        #expect(try second.states == ["kept": 3])
        #expect(try outputs.map(program.read) == first)
    }

    @Test func aListOfCommaSeparatedValuesSaysTheSame() throws {
        let outcome = try batch("content,style,output\r\nc0.png,s0.png,\"one, two.png\"\r\nc1.png,s1.png,\r\n")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.map(String.init).sorted() == ["one, two.png", "stylized/c1-s1.png"])
        let list = #"{"content": "c0.png", "style": "s0.png", "output": "one, two.png"}"#
        #expect(try batch(list, "--json").lines.first?.contains(#""state":"kept""#) == true)
    }

    @Test func linesThatEndAsOnWindowsAndAMarkOfByteOrderChangeNothing() throws {
        let line = #"{"content": "c0.png", "style": "s0.png", "output": "one.png"}"#
        let outcome = try batch("\u{FEFF}" + line + "\r\n" + line.replacing("one", with: "two") + "\r\n")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.map(String.init).sorted() == ["one.png", "two.png"])
    }

    @Test func aBatchPaintsWhatASingleRunPaints() throws {
        #expect(try batch(#"{"content": "c0.png", "style": "s0.png", "output": "one.jpg"}"#).status == 0)
        let single = ["--content", "c0.png", "--style", "s0.png", "--steps", "2"]
        #expect(try program.run(single + ["--output", "two.jpg"]).status == 0)
        let decoded = try ["one.jpg", "two.jpg"].map { try Fixture.decode(program.read($0)) }
        #expect(decoded[0] == decoded[1])
        let records = try ["one.jpg", "two.jpg"].map { try StoredText.read(Array(program.read($0)))["Command line"] }
        #expect(records[0] != nil && records[0] == records[1])
    }

    @Test func aJobMayCarryAnySettingOfTheCommandLine() throws {
        let outcome = try batch(
            """
            {"content": "c0.png", "style": "s0.png", "output": "plain.png"}
            {"content": "c0.png", "style": "s0.png", "content-weight": 0.3, "seed": 7, "output": "heavy.png"}
            {"content": "c0.png", "style": ["s0.png", "s1.png"], "style-blend": [1, 3], "size": 16, "depth": 16, \
            "keep-profile": true, "keep-metadata": false, "init": "c1.png", "output": "other.png"}
            """, "--tv-weight", "2", "--style-scale", "1.5")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let common = ["--steps", "2", "--tv-weight", "2", "--style-scale", "1.5", "-c", "c0.png", "-s", "s0.png"]
        for (output, more) in [
            ("plain.png", []), ("heavy.png", ["--content-weight", "0.3", "--seed", "7"]),
            (
                "other.png",
                [
                    "-s", "s1.png", "--style-blend", "1,3", "--size", "16", "--depth", "16", "--keep-profile", "--init",
                    "c1.png",
                ]
            ),
        ] {
            #expect(try program.run(common + more + ["-o", "alone-" + output]).status == 0)
            #expect(try program.read("alone-" + output) == program.read(output), "\(output)")
        }
        let table = try batch(
            "content,style,output,seed,keep-profile\nc0.png,s0.png,a.png,3,true\nc0.png,s0.png,b.png,,\n")
        #expect(table.status == 0, "\(table.errors)")
        let records = try ["a.png", "b.png"].map { try StoredText.read(Array(program.read($0)))["Command line"] ?? "" }
        #expect(records[0].contains("--seed 3") && records[0].contains("--keep-profile"))
        #expect(records[1].contains("--seed 0") && !records[1].contains("--keep-profile"))
    }

    @Test func aDeviceWithoutEndIsNoList() throws {
        let outcome = try program.run(["batch", "--jobs", "/dev/zero"])
        #expect(outcome.status == 66 && outcome.errors.contains("/dev/zero is no list of jobs"), "\(outcome.errors)")
    }

    @Test(
        arguments: [
            ("", 66, "the first line of jobs should name the columns"),
            ("content,style\n", 66, "there is no job in jobs"),
            ("[]", 66, "the first line of jobs should name the columns"),
            ("{}", 66, "line 1 of jobs does not name a content and a style"),
            (#"{"content": "c0.png", "style": "s0.png"}"# + "\n{", 66, "line 2 of jobs is no job"),
            (#"{"content": "c0.png", "style": 3}"#, 66, "line 1 of jobs names a file by something else than a string"),
            (#"{"content": "c0.png", "style": {}}"#, 66, "line 1 of jobs is no job"),
            (#"{"content": "c0.png", "style": []}"#, 66, "does not name a content and a style"),
            (#"{"content": "c0.png", "style": "s0.png", "stile": 1}"#, 66, "says stile, which no job has"),
            (#"{"content": "c0.png", "style": "s0.png", "blend": [1, 2]}"#, 66, "a number for each style"),
            (#"{"content": "c0.png", "style": "s0.png", "output": "a.gif"}"#, 64, "a.gif should end in .png or .jpg"),
            (#"{"content": "c0.png", "style": "s0.png", "output": "s0.png"}"#, 64, "would have s0.png replaced"),
            (#"{"content": "c0.png", "style": "s0.png", "output": "./s0.png"}"#, 64, "would have s0.png replaced"),
            ("content,style\nc0.png,s0.png\nc0.png,s0.png\n", 64, "stylized/c0-s0.png would be written twice"),
            ("content,style,output\nc0.png,s0.png,a.png\nc0.png,s0.png,b/../a.png\n", 64, "would be written twice"),
            ("content;style\nc0.png;s0.png\n", 66, "should name the columns"),
            ("content,style\nc0.png,\n", 66, "job 1 of jobs does not name"),
            (
                #"{"content": "c0.png", "style": "s0.png", "content-weight": -1}"#, 64,
                "line 1 of jobs: --content-weight is 0 or more, not -1.0."
            ),
            (#"{"content": "c0.png", "style": "s0.png", "size": "big"}"#, 64, "line 1 of jobs: "),
            (#"{"content": "c0.png", "style": "s0.png", "keep-profile": 3}"#, 64, "line 1 of jobs: "),
            (#"{"content": "c0.png", "style": "s0.png", "threads": 3}"#, 66, "says threads, which no job has"),
            (#"{"content": ["c0.png", "c1.png"], "style": "s0.png"}"#, 66, "names more than one content"),
        ] as [(String, Int32, String)])
    func aListThatCannotBeMeantIsRefusedBeforeAnyWork(list: String, status: Int32, excerpt: String) throws {
        let before = try program.files.union(["jobs"])
        let outcome = try batch(list)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(excerpt), "\(outcome.errors)")
        #expect(try program.files == before)
    }

    @Test func aSideTooLongForJPEGFailsBeforePaintingAndAlone() throws {
        try program.write(Fixture.png(width: 65501, height: 16), to: "wide.png")
        let wide = #"{"content": "wide.png", "style": "s0.png", "output": "wide.jpg"}"#
        #expect(try !batch(wide).errors.contains("%"))
        let outcome = try batch(
            """
            \(wide)
            {"content": "c0.png", "style": "s0.png", "output": "one.jpg"}
            """, "--json")
        #expect(outcome.status == 1 && outcome.errors.contains("at most 65500 pixels a side"), "\(outcome.errors)")
        let failed = try #require(outcome.lines.first { $0.contains("wide.jpg") })
        #expect(failed.contains(#""state":"failed""#) && !failed.contains("seconds"))
        #expect(outcome.lines.contains { $0.contains(#""state":"painted""#) })
    }

    @Test func textThatIsNoTextIsRefused() throws {
        try program.write([0xFF, 0xFE, 0x00], to: "jobs")
        let outcome = try program.run(["batch", "--jobs", "jobs"])
        #expect(outcome.status == 66 && outcome.errors.contains("it is not text in UTF-8"), "\(outcome.errors)")
        #expect(try program.run(["batch", "--jobs", "none"]).status == 66)
    }

    @Test func aListMayComeFromStandardInput() throws {
        try program.write(Data(#"{"content": "c0.png", "style": "s0.png", "output": "one.png"}"#.utf8), to: "jobs")
        let outcome = try program.run(
            ["batch", "--jobs", "-", "--steps", "2"], shell: "exec \"$0\" \"$@\" < jobs")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines == ["one.png"])
    }
}
