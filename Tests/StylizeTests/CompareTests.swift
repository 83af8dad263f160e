import ArgumentParser
import Foundation
import Imaging
import LearnedOptimization
import Testing

@testable import stylize

@Suite struct CompareGrammarTests {
    private func parse(_ arguments: String...) throws -> Compare {
        try #require(try Stylize.command(for: ["compare"] + arguments) as? Compare)
    }

    @Test func everyOptionReachesItsPlace() throws {
        let command = try parse(
            "--content", "a", "--content", "b", "--style", "c", "--size", "32", "--pairs", "3", "--evaluations", "8",
            "--optimizers", "adam,learned", "--seed", "7", "--csv", "x.csv", "--plot", "x.png", "--no-tune",
            "--optimizer-weights", "w", "--optimizer-weights", "v", "--objective", "style", "--init", "noise",
            "--content-weight", "2", "--history", "5", "--pyramid-levels", "3", "--threads", "1", "--quiet",
            "--tune-pairs", "2", "--tune-size", "16")
        let options = command.options
        #expect(command.pictures.content == ["a", "b"])
        #expect(command.pictures.style == ["c"])
        #expect(command.look.seed == 7 && command.look.start == .noise && command.look.contentWeight == 2)
        #expect(command.layers.pyramidLevels == 3)
        #expect(command.common.threads == 1 && command.common.quiet)
        #expect(options.size == 32 && options.history == 5)
        #expect((options.pairs, options.evaluations, options.tunePairs) == (3, 8, 2))
        #expect(options.optimizers.entries == [.handMade(.adam), .learned])
        #expect(options.optimizerWeights == ["w", "v"])
        #expect(!options.tune && options.tuneSize == 16)
        #expect((options.csv, options.plot) == ("x.csv", "x.png"))
    }

    @Test func defaultsAreEverybodyTuned() throws {
        let options = try parse().options
        #expect(
            options.optimizers.description == "learned,lbfgs,adam,rmsprop,nesterov,gradient-descent,untrained")
        #expect(options.tune && options.pairs == 24 && options.evaluations == 64 && options.objective == .style)
    }

    @Test(arguments: [
        (["--pairs", "0"], "--pairs"),
        (["--evaluations", "0"], "--evaluations"),
        (["--tune-pairs", "0"], "--tune-pairs"),
        (["--optimizers", "adam,newton"], "'adam,newton' is invalid"),
        (["--optimizers", "adam,adam"], "'adam,adam' is invalid"),
        (["--plot", "curves.csv"], ".png or .jpg"),
        (["--objective", "cubic"], "'quadratic'"),
        (["--objective", "quadratic", "--size", "32"], "compare --objective quadratic has no use for --size 32"),
        (["--objective", "quadratic", "--tune-size", "32"], "has no use for --tune-size 32"),
        (["--objective", "quadratic", "--style", "a"], "compare --objective quadratic has no use for --style a"),
        (["--objective", "rosenbrock", "--tv-weight", "2"], "has no use for --tv-weight 2"),
        (["--objective", "rosenbrock", "--pyramid-levels", "3"], "has no use for --pyramid-levels 3"),
        (["--optimizers", "adam", "--optimizer-weights", "w"], "not among the --optimizers"),
        (["--size", "0"], "--size is from 1 to 1000000"),
        (["--pairs", "9223372036854775807"], "--pairs is from 1 to 1000000"),
        (["--evaluations", "9223372036854775807"], "--evaluations is from 1 to 1000000"),
        (["--history", "0"], "--history is from 1 to 1000000"),
        (["--csv", "./a/../x.png", "--plot", "x.png"], "cannot be the same file"),
        (["--strength", "0.5"], "compare has no use for --strength 0.5"),
        (["--preserve-color", "luminance"], "compare has no use for --preserve-color luminance"),
        (["--threads", "0"], "--threads is at least 1"),
        (["--steps", "4"], "Unknown option '--steps'"),
        (["--optimizer", "adam"], "Unknown option '--optimizer'"),
        (["--output", "x.png"], "Unknown option '--output'"),
        (["--preview-every", "2"], "Unknown option '--preview-every'"),
        (["--init", "a.png"], "not from a.png"),
    ])
    func aBadCommandLineSaysWhy(arguments: [String], excerpt: String) throws {
        let error = try #require(throws: (any Error).self) { try Stylize.command(for: ["compare"] + arguments) }
        #expect(Stylize.exitCode(for: error) == .validationFailure)
        #expect(Stylize.fullMessage(for: error).contains(excerpt), "\(Stylize.fullMessage(for: error))")
    }

    @Test func ofSeveralContentsATransferTakesTheLast() throws {
        let root = try #require(try Stylize.parseAsRoot(["-c", "a.png", "-c", "b.png", "-s", "c.png"]) as? Stylize)
        #expect(try Transfer(root).content == "b.png")
    }
}

@Suite struct PicturePairsTests {
    private let contents = ["a", "b", "c", "d", "e", "f"]
    private let styles = ["p", "q", "r"]

    @Test func noPairComesTwiceWhilePossibleAndTuningHasOtherContents() {
        let drawn = PicturePairs(contents: contents, styles: styles, pairs: 12, tuning: 4, seed: 1)
        #expect(drawn.pairs.count == 12 && !drawn.repeats)
        #expect(drawn.tuning.count == 4)
        #expect(Set(drawn.tuning.map(\.content)).isDisjoint(with: drawn.pairs.map(\.content)))
        #expect(Set(drawn.pairs.map(\.content)).count == 4)
        #expect(drawn == PicturePairs(contents: contents, styles: styles, pairs: 12, tuning: 4, seed: 1))
        #expect(drawn != PicturePairs(contents: contents, styles: styles, pairs: 12, tuning: 4, seed: 2))
        #expect(PicturePairs(contents: contents, styles: styles, pairs: 13, tuning: 4, seed: 1).repeats)
    }

    @Test func withFewContentsTuningHasOtherPairs() {
        let drawn = PicturePairs(contents: ["a"], styles: styles, pairs: 2, tuning: 1, seed: 1)
        #expect(Set(drawn.pairs + drawn.tuning).count == 3 && !drawn.tunesOnCompared)
        let few = PicturePairs(contents: ["a"], styles: styles, pairs: 3, tuning: 1, seed: 1)
        #expect(few.tunesOnCompared && !few.repeats)
    }

    @Test func theCentreIsCutOut() {
        let wide = Picture(width: 4, height: 2, pixels: (0..<24).map(Float.init), alpha: (0..<8).map(Float.init))
        let square = wide.centredSquare
        #expect((square.width, square.height) == (2, 2))
        #expect(square.pixels == [1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22])
        #expect(square.alpha?.values == [1, 2, 5, 6])
    }
}

@Suite struct CSVTests {
    @Test func fieldsAreQuotedWhenTheyMust() {
        var csv = CSV(columns: ["a", "b"])
        csv.append(["plain text", "1,5"])
        csv.append(["say \"hi\"", "two\nlines"])
        #expect(csv.text == "a,b\nplain text,\"1,5\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n")
    }

    @Test func columnsLineUp() {
        #expect(TextTable(rows: [["a", "long"], ["bb", "1"]]).text == "a   long\nbb     1")
    }
}

/// The built program.
@Suite(.serialized) struct CompareEndToEndTests {
    let program: Program

    init() throws {
        program = try Program()
        try program.write(Fixture.png(width: 40, height: 34), to: "photo.png")
        try FileManager.default.createDirectory(
            at: program.folder.appending(path: "styles"), withIntermediateDirectories: false)
        for (index, name) in ["waves.png", "rust, red.png", ".hidden.png", "notes.txt"].enumerated() {
            try program.write(Fixture.png(width: 32, height: 36, phase: Float(index)), to: "styles/" + name)
        }
    }

    private let pictures = ["compare", "--content", "photo.png", "--style", "styles", "--size", "32"]

    @Test func picturesAreComparedIntoATableACSVAndAPlot() throws {
        let outcome = try program.run(
            pictures + [
                "--evaluations", "4", "--pairs", "2", "--optimizers", "lbfgs,adam", "--no-tune", "--csv", "out.csv",
                "--plot", "out.png",
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.first == "2 pairs, 32x32 pixels, 4 evaluations, seed 0")
        let rows = String(decoding: try program.read("out.csv"), as: UTF8.self).split(separator: "\n")
        #expect(rows.first == "optimizer,pair,content,style,size,evaluations,seconds,loss,log_ratio")
        #expect(rows.count == 1 + 2 * 2 * 5)
        #expect(rows.count { $0.hasPrefix("lbfgs,") } == 10)
        #expect(rows.count { $0.contains("\"styles/rust, red.png\",32,") } == 10)
        #expect(rows.count { $0.hasSuffix(",0.0") && $0.contains(",32,0,") } == 4)
        let plot = try Fixture.decode(program.read("out.png"))
        #expect((plot.width, plot.height) == (1600, 720))
        let again = try program.run(pictures + ["--optimizers", "lbfgs", "--no-tune", "--csv", "out.csv"])
        #expect(again.status == 73 && again.errors.contains("--force"))
    }

    @Test func tuningIsReportedAndTheChoiceIsMarked() throws {
        let outcome = try program.run([
            "compare", "--objective", "quadratic", "--evaluations", "6", "--pairs", "4", "--optimizers",
            "nesterov,lbfgs", "--tune-pairs", "2", "--json",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = outcome.errors.split(separator: "\n").filter {
            $0.hasPrefix("nesterov: ") || $0.hasPrefix("lbfgs: ")
        }
        #expect(report.count == 2 && report.allSatisfy { $0.contains("[") }, "\(outcome.errors)")
        let json = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
        #expect(json["problems"] as? Int == 4 && json["reference"] as? String == "lbfgs")
        let optimizers = try #require(json["optimizers"] as? [[String: Any]])
        #expect(optimizers.map { $0["name"] as? String } == ["nesterov", "lbfgs"])
        #expect((optimizers[0]["points"] as? [Any])?.count == 2)
    }

    #if os(Linux)
        @Test func aFileThatCannotBeWrittenKeepsNothingElseFromBeingSo() throws {
            let outcome = try program.run(
                pictures + [
                    "--evaluations", "2", "--pairs", "1", "--optimizers", "lbfgs", "--no-tune", "--csv", "/dev/full",
                    "--plot", "out.png", "--force",
                ])
            #expect(outcome.status == 73 && outcome.errors.contains("/dev/full cannot be written"), "\(outcome.errors)")
            #expect(outcome.lines.first == "1 pair, 32x32 pixels, 2 evaluations, seed 0")
            #expect(try program.files.contains("out.png"))
        }
    #endif

    @Test func moreThanTheMachineHoldsIsRefusedBeforeAnyWork() throws {
        let outcome = try program.run(pictures + ["--size", "1000000", "--optimizers", "lbfgs", "--no-tune"])
        #expect(outcome.status == 64 && outcome.errors.contains("choose a smaller size"), "\(outcome.errors)")
    }

    @Test func whatIsMissingIsOneSentence() throws {
        let folder = try program.run(["compare", "--content", "nowhere", "--optimizers", "adam"])
        #expect(folder.status == 66 && folder.errors.contains("there is no file or folder nowhere"))
        let none = try program.run(["compare", "--optimizers", "adam"])
        #expect(
            none.status == 66 && none.errors.contains("no folder images/content here; name pictures with --content"))
        let weights = try program.run(["compare", "--optimizer-weights", "nowhere"])
        #expect(weights.status == 66 && weights.errors.contains("there is no file nowhere"))
    }

    @Test func anInterruptKeepsTheCurvesSoFar() throws {
        let outcome = try program.run(
            pictures + [
                "--evaluations", "60", "--pairs", "40", "--optimizers", "adam", "--no-tune", "--csv", "out.csv",
            ]
        ) { process, errors in
            guard errors.contains("problem 1 of 40") else { return false }
            process.interrupt()
            return true
        }
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(outcome.errors.contains("Stopping after this curve"))
        #expect(outcome.lines.first?.contains("32x32 pixels, 60 evaluations") == true)
        let rows = String(decoding: try program.read("out.csv"), as: UTF8.self).split(separator: "\n")
        #expect(rows.count % 61 == 1 && rows.count > 1)
    }
}
