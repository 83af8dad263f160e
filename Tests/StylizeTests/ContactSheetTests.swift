import Foundation
import Testing

@testable import stylize

/// Small sheets made by the built program.
@Suite(.serialized) struct ContactSheetTests {
    private let program: Program

    init() throws {
        program = try Program()
        for seed in 0..<2 {
            let phase = Float(seed)
            try program.write(Fixture.png(width: 40, height: 32, phase: phase), to: "contents/c\(seed).png")
        }
        for seed in 0..<3 {
            try program.write(Fixture.png(width: 24, height: 32, phase: Float(seed) + 9), to: "styles/s\(seed).png")
        }
    }

    private func sheet(_ more: String...) -> [String] {
        ["contact-sheet", "--content", "contents", "--style", "styles", "--size", "24", "--cell", "32"] + more
    }

    @Test(arguments: ["contents/c1.png", "styles/s2.png"]) func noInputIsReplacedByTheSheet(_ input: String) throws {
        let before = try program.read(input)
        let outcome = try program.run(sheet("--output", input, "--force"))
        #expect(outcome.status == 73 && outcome.errors.contains("its own input"), "\(outcome.errors)")
        #expect(try program.read(input) == before)
    }

    @Test func aSheetTooLargeForItsFormatIsRefusedBeforeAnythingIsPainted() throws {
        for seed in 3..<16 {
            try program.write(Fixture.png(width: 4, height: 4, phase: Float(seed)), to: "styles/s\(seed).png")
        }
        let outcome = try program.run([
            "contact-sheet", "--content", "contents", "--style", "styles", "--size", "8", "--cell", "4096",
            "--output", "sheet.jpg", "--results", "painted",
        ])
        #expect(outcome.status == 73 && outcome.errors.contains("65500"), "\(outcome.errors)")
        #expect(try program.files.allSatisfy { !$0.hasPrefix("painted/") })
    }

    @Test func everyContentMeetsEveryStyle() throws {
        let outcome = try program.run(sheet("--output", "sheet.png", "--results", "painted", "--csv", "figures.csv"))
        #expect(outcome.status == 0, "\(outcome.errors)")
        let picture = try Fixture.decode(program.read("sheet.png"))
        // Styles are upright, contents and what is painted of them lie on their side.
        #expect(picture.width == 4 * 36 + 4 && picture.height == 32 + 2 * 26 + 4 * 4)
        let painted = try program.files.filter { $0.hasPrefix("painted/") }
        #expect(painted == Set((0..<2).flatMap { c in (0..<3).map { "painted/c\(c)-s\($0).png" } }))
        #expect(try Fixture.decode(program.read("painted/c0-s1.png")).width == 24)
        let rows = String(decoding: try program.read("figures.csv"), as: UTF8.self).split(separator: "\n")
        #expect(rows.count == 7)
        #expect(
            rows[0]
                == "content,style,style_distance_1,style_distance_2,style_distance_4,style_distance,structure_kept,seconds"
        )
        #expect(outcome.lines.count == 8 && outcome.lines.last?.hasPrefix("mean") == true)
    }

    @Test func whatIsPaintedAlreadyIsReused() throws {
        #expect(try program.run(sheet("--output", "one.png", "--results", "painted")).status == 0)
        // A painting that nobody would mistake for another.
        try program.write(Fixture.png(width: 24, height: 19), to: "painted/c0-s0.png")
        let kept = try program.read("painted/c0-s0.png")
        let outcome = try program.run(
            sheet("--output", "two.png", "--results", "painted", "--reuse", "--json"))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try program.read("painted/c0-s0.png") == kept)
        #expect(try program.read("one.png") != program.read("two.png"))
        #expect(outcome.lines.count == 6)
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.lines[0].utf8)) as? [String: Any])
        #expect(json["content"] as? String == "contents/c0.png" && json["styles"] as? [String] == ["styles/s0.png"])
        #expect(json["output"] as? String == "painted/c0-s0.png" && json["state"] as? String == "kept")
        #expect((json["styleDistances"] as? [Double])?.count == 3)
    }

    @Test func whatIsTooLargeIsRefusedBeforeAnythingIsPainted() throws {
        let outcome = try program.run(
            sheet("--output", "sheet.png", "--results", "painted", "--size", "1000000"))
        #expect(outcome.status == 64 && outcome.errors.contains("choose a smaller size"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("%"))
        #expect(try !program.files.contains { $0.hasPrefix("painted/") || $0 == "sheet.png" })
    }

    @Test func aPaintingOfASheetIsThatOfASingleRun() throws {
        let strength = ["--strength", "0.5"]
        let outcome = try program.run(sheet("--output", "sheet.png", "--results", "painted") + strength)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let single = [
            "--content", "contents/c1.png", "--style", "styles/s2.png", "--size", "24", "--output", "alone.png",
        ]
        #expect(try program.run(single + strength).status == 0)
        #expect(try program.read("alone.png") == program.read("painted/c1-s2.png"))
    }

    @Test func aJudgeAddsTwoFiguresToEachPainting() throws {
        try program.write(Fixture.vgg19.bytes, to: "vgg.safetensors")
        let judged = ["--judge", "vgg.safetensors", "--size", "48", "--results", "painted"]
        let table = try program.run(sheet("--output", "sheet.png", "--csv", "figures.csv") + judged)
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.lines[0].hasSuffix("structure kept  judged style  judged content"))
        let rows = String(decoding: try program.read("figures.csv"), as: UTF8.self).split(separator: "\n")
        #expect(rows[0].hasSuffix(",style_distance,structure_kept,judge_style,judge_content,seconds"))

        // A painting that is its own content, and one that is a style.
        try program.write(Fixture.png(width: 40, height: 32), to: "painted/c0-s0.png")
        try program.write(program.read("styles/s2.png"), to: "painted/c1-s2.png")
        let outcome = try program.run(sheet("--output", "again.png", "--reuse", "--json") + judged)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let figures = try outcome.lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        for row in figures {
            let distances = try #require(row["judgedStyleDistances"] as? [Double])
            let mean = try #require(row["judgedStyleDistance"] as? Double)
            #expect(distances.count == 5 && abs(distances.reduce(0, +) / 5 - mean) < 1e-9)
        }
        let content = try figures.map { try #require($0["judgedContentDistance"] as? Double) }
        let style = try figures.map { try #require($0["judgedStyleDistance"] as? Double) }
        #expect(content[0] == 0 && content.dropFirst().allSatisfy { $0 > 0.01 }, "\(content)")
        #expect(style[5] < 1e-3 && style.dropLast().allSatisfy { $0 > 0.01 }, "\(style)")
    }

    @Test func aNetworkThatCannotJudgeIsRefusedBeforeAnyPainting() throws {
        let layers = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"]
        let network = Fixture.network(
            layers.map { ($0, 4) }, metadata: ["architecture": layers.joined(separator: " ")])
        try program.write(network.bytes, to: "short.safetensors")
        for (file, excerpt) in [
            ("short.safetensors", "cannot be the judge: the network has no layer named relu4_2; it has relu1_1"),
            ("none.safetensors", "there is no file none.safetensors"), ("contents/c0.png", "c0.png cannot be read"),
        ] {
            let outcome = try program.run(sheet("--output", "sheet.png", "--results", "painted", "--judge", file))
            #expect(outcome.status == 66 && outcome.errors.contains(excerpt), "\(outcome.errors)")
            #expect(try !program.files.contains { $0.hasPrefix("painted/") || $0 == "sheet.png" })
        }
    }

    @Test func aPaintingOfAnEarlierSheetIsOnlyReplacedByForce() throws {
        try program.write(Data("mine".utf8), to: "painted/c1-s2.png")
        let refused = try program.run(sheet("--output", "sheet.png", "--results", "painted"))
        #expect(refused.status == 73 && refused.errors.contains("painted/c1-s2.png exists"), "\(refused.errors)")
        #expect(try program.read("painted/c1-s2.png") == Data("mine".utf8))
        #expect(try program.run(sheet("--output", "sheet.png", "--results", "painted", "--force")).status == 0)
    }

    @Test func contentsOfOneNameHavePaintingsOfTheirOwn() throws {
        try program.write(Fixture.jpeg(width: 40, height: 32), to: "contents/c0.jpg")
        let outcome = try program.run([
            "contact-sheet", "--content", "contents", "--style", "styles/s0.png", "--size", "24", "--output",
            "sheet.png", "--results", "painted",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try program.files.isSuperset(of: ["painted/c0.jpg-s0.png", "painted/c0.png-s0.png"]))
    }

    @Test(
        arguments: [
            (["--output", "none/sheet.png"], 73, "there is no folder none"),
            (["--output", "sheet.gif"], 64, "should end in .png or .jpg"),
            (["--output", "sheet.png", "--reuse"], 64, "--reuse goes with --results"),
            (["--output", "sheet.png", "--cell", "3"], 64, "--cell is from 16 to 4096"),
            (["--output", "sheet.png", "--init", "a.png"], 64, "content or noise"),
            (["--output", "sheet.png", "--style", "missing"], 66, "there is no file or folder missing"),
        ] as [([String], Int32, String)])
    func whatCannotBeDoneIsSaidBeforeAnyWork(more: [String], status: Int32, excerpt: String) throws {
        let outcome = try program.run(sheet() + more)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(excerpt), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(try !program.files.contains { $0.hasPrefix("sheet") })
    }

    @Test func anExistingSheetIsOnlyReplacedByForce() throws {
        try program.write(Data("mine".utf8), to: "sheet.png")
        #expect(try program.run(sheet("--output", "sheet.png")).status == 73)
        #expect(try program.read("sheet.png") == Data("mine".utf8))
        #expect(try program.run(sheet("--output", "sheet.png", "--force")).status == 0)
    }
}
