import ArgumentParser
import FeatureNetwork
import LearnedOptimization
import Painting
import StyleTransfer
import Testing

@testable import stylize

@Suite struct GrammarTests {
    /// The settings that a command line stands for.
    private func settings(_ arguments: String...) throws -> Stylizer.Settings {
        try parse(["--content", "a.png", "--style", "b.png"] + arguments).request().settings(for: .builtIn)
    }

    @Test func defaultsAreTheLibrarys() throws {
        #expect(try settings() == Stylizer.Settings())
    }

    /// The library's default is an optimizer made by hand, as it has no weights of its own.
    @Test func theBuiltInOptimizerIsTheDefault() throws {
        let request = try parse("-c", "a.png", "-s", "b.png").request()
        #expect(request.optimizer == nil && request.optimizerWeights == nil)
        let other = try parse("-c", "a.png", "-s", "b.png", "--optimizer-weights", "mine.safetensors").request()
        #expect(other.optimizerWeights == "mine.safetensors")
    }

    @Test func everyOptionReachesItsSetting() throws {
        var expected = Stylizer.Settings()
        expected.size = 300
        expected.steps = 12
        expected.seed = 18_446_744_073_709_551_615
        expected.styleScale = 1.5
        expected.strength = 0.5
        expected.colorPreservation = .histogram
        expected.learningRate = 0.25
        expected.history = 4
        expected.objective.contentWeight = 0.5
        expected.objective.styleWeight = 3
        expected.objective.totalVariationWeight = 0
        expected.objective.styleLoss = .gram
        expected.objective.contentLayers = [.init("relu2_1", 1)]
        expected.objective.styleLayers = [.init("pixels", 0.5), .init("relu1_1", 1)]
        expected.objective.pyramidLevels = 2
        #expect(
            try settings(
                "--size", "300", "--steps", "12", "--seed", "18446744073709551615", "--style-scale", "1.5",
                "--strength", "0.5", "--preserve-color", "histogram",
                "--optimizer", "adam", "--learning-rate", "0.25", "--history", "4", "--content-weight", "0.5",
                "--style-weight", "3", "--tv-weight", "0", "--style-loss", "gram", "--content-layers", "relu2_1",
                "--style-layers", "pixels:0.5,relu1_1", "--pyramid-levels", "2") == expected)
        let adam = try parse("-c", "a.png", "-s", "b.png", "--optimizer", "adam").request()
        #expect(adam.optimizer == .baseline(.adam))
    }

    @Test func stylesRepeatAndBlend() throws {
        let request = try parse("-c", "a.png", "-s", "b.png", "-s", "c.jpg", "--style-blend", "2,0.5").request()
        #expect(request.styles == ["b.png", "c.jpg"])
        #expect(request.shares == [2, 0.5])
    }

    @Test func stylesWithoutABlendShareAlike() throws {
        #expect(try parse("-c", "a.png", "-s", "b.png", "-s", "c.png").request().shares == [1, 1])
    }

    @Test func aStartIsAWordOrAFile() throws {
        let start = { (value: String) in try parse("--init", value).look.start }
        #expect(try start("content") == .content)
        #expect(try start("noise") == .noise)
        #expect(try start("./noise") == .file("./noise"))
        #expect(try start("sketch.png") == .file("sketch.png"))
    }

    @Test(arguments: [
        (["-s", "b.png"], "--content"),
        (["-c", "a.png"], "--style"),
        (["-c", "a.png", "-s", "b.png", "--style-blend", "1,2"], "one number for each --style"),
        (["-c", "a.png", "-s", "b.png", "--style-blend", "0"], "not all 0"),
        (["-c", "a.png", "-s", "b.png", "--style-blend", "x"], "'x' is invalid"),
        (["-c", "a.png", "-s", "b.png", "-o", "c.gif"], ".png or .jpg"),
        (["-c", "a.png", "-s", "b.png", "-o", "c"], ".png or .jpg"),
        (["-c", "a.png", "-s", "b.png", "-o", "c.jpg", "--depth", "16"], "8 bits"),
        (["-c", "a.png", "-s", "b.png", "-o", "-", "--json"], "--json"),
        (["-c", "a.png", "-s", "b.png", "-o", "-", "--preview-every", "2"], "--preview-every"),
        (["-c", "a.png", "-s", "b.png", "--content-weight", "0", "--style-weight", "0"], "cannot both be 0"),
        (["--size", "0"], "--size"),
        (["--depth", "12"], "'8' and '16'"),
        (["--quality", "101"], "1 to 100"),
        (["--steps", "0"], "--steps"),
        (["--steps", "many"], "'many' is invalid"),
        (["--preview-every", "0"], "--preview-every"),
        (["--threads", "0"], "--threads"),
        (["--quiet", "--verbose"], "exclude"),
        (["--content-weight=-1"], "0 or more, not -1"),
        (["--tv-weight", "nan"], "--tv-weight"),
        (["--style-scale", "0"], "--style-scale"),
        (["--strength", "1.5"], "--strength is from 0 to 1"),
        (["--preserve-color", "hue"], "'luminance', 'histogram' or 'covariance'"),
        (["-s", "a.png", "-s", "b.png", "--style-mask", "m.png"], "one mask for each --style"),
        (["-s", "a.png", "--style-blend", "1", "--style-mask", "m.png"], "exclude each other"),
        (["--seed=-1"], "'-1' is invalid"),
        (["--style-loss", "mean"], "'wasserstein', 'covariance' or 'gram'"),
        (["--optimizer", "newton"], "- lbfgs"),
        (["--optimizer", "adam", "--optimizer-weights", "x.safetensors"], "goes with --optimizer learned"),
        (["--optimizer", "learned", "--optimizer-weights", "x", "--learning-rate", "1"], "leave --learning-rate out"),
        (["--style-layers", "relu1_1:much"], "name:weight"),
        (["--style-layers", ""], "name:weight"),
        (["--pyramid-levels", "0"], "--pyramid-levels"),
        (["--learning-rate", "0"], "--learning-rate"),
        (["--history", "0"], "--history"),
        (["--stile", "b.png"], "Did you mean '--style'?"),
        (["photo.jpg"], "Unexpected argument 'photo.jpg'"),
        (["--learning-rate", "0.1"], "choose another --optimizer"),
        (["-c", "a.png", "-s", "b.png", "--max-pixels", "0"], "--max-pixels is at least 1"),
        (["draw-examples", "--seed", "3"], "Unknown option '--seed'"),
        (["draw-examples", "--json"], "Unknown option '--json'"),
        (["--threads", "1", "draw-examples"], "draw-examples comes before its options"),
        (["-c", "a.png", "-s", "b.png", "compare", "--size", "32"], "compare comes before its options"),
        (["train-optimizer", "--minutes", "0"], "--minutes is more than 0"),
        (["train-optimizer", "--minutes", "1", "--meta-steps", "9"], "exclude"),
        (["train-optimizer", "--from", "a.safetensors", "--hidden", "4"], "leave them out"),
        (["train-optimizer", "--horizon", "0"], "--horizon is from 1 to 1000000, not 0"),
        (["train-optimizer", "--minutes", "1e300"], "--minutes is more than 0 and at most 1000000"),
        (["train-optimizer", "--meta-learning-rate", "2"], "--meta-learning-rate is more than 0 and at most 1"),
        (["train-optimizer", "--size", "9223372036854775807"], "--size is from 8 to 2048"),
        (["train-optimizer", "--hidden", "65"], "--hidden is from 1 to 64, not 65"),
        (["train-optimizer", "--layers", "17"], "--layers is from 1 to 16, not 17"),
        (["train-optimizer", "--size", "4"], "--size is from 8 to 2048 pixels"),
        (["train-optimizer", "--preset", "newton"], "'andrychowicz2016'"),
        (["train-optimizer", "--objective", "quadratic", "--drawn", "3"], "no use for --drawn 3"),
        (["train-optimizer", "--validation-style", "a"], "go together"),
        (["train-optimizer", "--output", "a.png"], ".safetensors"),
        (["train-optimizer", "--checkpoint-every=-1"], "--checkpoint-every is from 0 to 1000000000"),
        (["train-optimizer", "--stile", "b"], "Unknown option '--stile'"),
        (["train-features", "--minutes", "0"], "--minutes is more than 0"),
        (["train-features", "--minutes", "1", "--steps", "9"], "exclude"),
        (["train-features", "--channels", "32,/64"], "--channels"),
        (["train-features", "--crop", "60"], "--crop is a multiple of 16"),
        (["train-features", "--crop", "512"], "at most 256"),
        (["train-features", "--channels", "8/8/8/8/8/8/8/8/8"], "--crop is a multiple of 256"),
        (["train-features", "--channels", "8/8/8/8/8/8/8/8/8/8"], "--channels"),
        (["draw-examples", "--output", ""], "--output is empty"),
        (["batch", "--jobs", "a", "--output", ""], "--output is empty"),
        (["train-features", "--batch", "1"], "--batch is from 2 to 10000"),
        (["train-features", "--learning-rate", "nan"], "--learning-rate is more than 0"),
        (["train-features", "--output", "a.png"], ".safetensors"),
    ])
    func aBadCommandLineIsAUsageErrorThatSaysWhy(arguments: [String], excerpt: String) throws {
        let error = try #require(throws: (any Error).self) {
            let command = try Stylize.command(for: arguments)
            if let root = command as? Stylize { _ = try root.request() }
        }
        #expect(Stylize.exitCode(for: error) == .validationFailure)
        let message = Stylize.fullMessage(for: error)
        #expect(message.contains(excerpt))
        #expect(message.hasPrefix("stylize: "))
    }

    @Test func drawExamplesHasItsOwnOptions() throws {
        let words = ["draw-examples", "--output", "there", "--force", "--threads", "2", "--quiet"]
        let command = try #require(try Stylize.command(for: words) as? DrawExamples)
        #expect(command.output == "there" && command.force)
        #expect(command.common.threads == 2 && command.common.quiet)
    }

    @Test func trainingHasItsOwnOptions() throws {
        let words = [
            "train-optimizer", "-c", "photos", "--content", "more", "-s", "paintings", "--size", "32", "--hidden", "4",
            "--layers", "2", "--horizon", "8", "--batch", "3", "--meta-learning-rate", "0.5", "--seed", "7",
            "--preset", "andrychowicz2016", "--meta-steps", "9",
        ]
        let command = try #require(try Stylize.command(for: words) as? TrainOptimizer)
        #expect(command.data.pictures.content == ["photos", "more"] && command.data.pictures.style == ["paintings"])
        let settings = command.method.settings()
        #expect(settings.preset.name == "andrychowicz2016")
        #expect(settings.preset.architecture.hidden == 4 && settings.preset.architecture.layers == 2)
        #expect(settings.preset.training.horizon == 8 && settings.batch == 3)
        #expect(settings.metaSteps == 9 && settings.seed == 7)
        #expect(settings.preset.training.learningRate == 0.5)
        #expect(command.data.recorded == ["--content photos", "--content more", "--style paintings", "--size 32"])
    }

    @Test func trainingTakesTheTrainersDefaults() throws {
        let command = try #require(try Stylize.command(for: ["train-optimizer"]) as? TrainOptimizer)
        #expect(command.method.settings() == MetaTrainer.Settings(preset: .quasiNewton))
        #expect((command.data.recorded + command.method.recorded).isEmpty)
    }

    @Test func helpIsOneScreenWithExamplesAndEveryDefault() {
        let help = Stylize.helpMessage(columns: 80)
        let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 92)
        #expect(lines.allSatisfy { $0.count <= 80 })
        let words = help.split { $0.isWhitespace }.joined(separator: " ")
        let usage = words.range(of: "USAGE:")
        let example = words.range(of: "stylize --content photo.jpg --style waves.png")
        #expect(usage != nil && example != nil && example!.lowerBound < usage!.lowerBound)
        let defaults = Stylizer.Settings()
        for expected in [
            "default: \(defaults.objective.contentWeight))", "default: \(defaults.objective.styleWeight))",
            "default: \(defaults.objective.totalVariationWeight))",
            "default: \(defaults.objective.styleLoss.rawValue))", "default: \(defaults.styleScale))",
            "default: \(OptimizerChoice.standard))", "PICTURES:", "LOOK:", "RUN:", "OBJECTIVE:", "OPTIMIZER:",
            LayerList(defaults.objective.styleLayers).defaultValueDescription + ")",
        ] {
            #expect(words.contains(expected), "the help lacks \(expected)")
        }
    }
}

private func parse(_ arguments: String...) throws -> Stylize { try parse(arguments) }

private func parse(_ arguments: [String]) throws -> Stylize {
    try #require(try Stylize.parseAsRoot(arguments) as? Stylize)
}
