import FeatureNetwork
import Foundation
import Imaging
import Painting
import Safetensors
import Testing

@testable import stylize

@Suite struct FeaturesGrammarTests {
    @Test func aLayerGoesByTheNameOfItsConvolutionToo() {
        #expect(
            LayerList(argument: "conv4_1:0.5,relu1_1,pixels")?.elements == [
                .init("relu4_1", 0.5), .init("relu1_1", 1), .init("pixels", 1),
            ])
    }

    @Test func trainingRecordsTheNetwork() throws {
        let words = ["train-optimizer", "--features", "nets/vgg.safetensors", "--pooling", "average"]
        let command = try #require(try Stylize.command(for: words) as? TrainOptimizer)
        #expect(command.data.recorded == ["--features vgg.safetensors", "--pooling average"])
    }

    @Test(arguments: [
        (["--pooling", "max"], "--pooling goes with --features"),
        (["--features", "a", "--pooling", "median"], "'average', 'max' or 'blur'"),
        (["compare", "--objective", "quadratic", "--features", "a"], "no use for --features a"),
        (["train-optimizer", "--objective", "quadratic", "--features", "a"], "no use for --features a"),
    ])
    func aBadCommandLineSaysWhy(arguments: [String], excerpt: String) throws {
        let error = try #require(throws: (any Error).self) { try Stylize.command(for: arguments) }
        #expect(Stylize.exitCode(for: error) == .validationFailure)
        #expect(Stylize.fullMessage(for: error).contains(excerpt), "\(Stylize.fullMessage(for: error))")
    }
}

/// Networks of the user's own, with the built program.
@Suite(.serialized) struct FeaturesTests {
    private let program: Program

    init() throws {
        program = try Program()
        try program.write(Fixture.png(width: 40, height: 24), to: "photo.png")
        try program.write(Fixture.png(width: 32, height: 32, phase: 2), to: "waves.png")
    }

    private let pair = ["--content", "photo.png", "--style", "waves.png"]
    private let notice = "lbfgs takes its place"

    private let vgg19 = Fixture.vgg19
    private var own: SafetensorsFile {
        Fixture.network(
            [("conv1_1", 8), ("conv2_1", 12)],
            metadata: ["architecture": "conv1_1 pool conv2_1", "padding": "zeros", "pool": "blur"])
    }

    @Test func aVGGPaintsWithLBFGSAndSaysSo() throws {
        try program.write(vgg19.bytes, to: "vgg.safetensors")
        let vgg = pair + ["--features", "vgg.safetensors", "--steps", "4"]
        let outcome = try program.run(vgg)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").filter { $0.contains(notice) }.count == 1)
        let bytes = try program.read("photo-waves.png")
        #expect(bytes.range(of: Data("--features vgg.safetensors".utf8)) != nil)
        #expect(bytes.range(of: Data("--optimizer lbfgs".utf8)) != nil)

        // The defaults, said.
        let same = try program.run(
            vgg + [
                "--optimizer", "lbfgs", "--content-layers", "conv4_2", "--style-layers",
                "pixels:0.4,relu1_1:0.2,relu2_1:0.2,relu3_1:0.2,relu4_1:0.2,relu5_1:0.2", "--pooling", "max", "-o",
                "same.png",
            ])
        #expect(same.status == 0 && !same.errors.contains(notice), "\(same.errors)")
        let painted = try Fixture.decode(bytes)
        #expect(try Fixture.decode(program.read("same.png")) == painted)
        let averaged = try program.run(vgg + ["--pooling", "average", "-o", "averaged.png"])
        #expect(averaged.status == 0, "\(averaged.errors)")
        #expect(try Fixture.decode(program.read("averaged.png")) != painted)
    }

    @Test func aNetworkOfThisFormatPaintsWithItsOwnLayers() throws {
        try program.write(own.bytes, to: "own.safetensors")
        let features = ["--features", "own.safetensors", "--steps", "3"]
        let layers = ["--content-layers", "relu2_1", "--style-layers", "relu1_1,conv2_1"]
        let outcome = try program.run(pair + features + layers)
        #expect(outcome.status == 0 && outcome.errors.contains(notice), "\(outcome.errors)")
        let unknown = try program.run(pair + features + ["--force", "--content-layers", "relu2_2"])
        #expect(unknown.status == 64 && unknown.errors.contains("no layer named relu2_2; it has relu1_1, relu2_1"))
        // Of the default layers it takes those it has, and for the content its deepest.
        let unnamed = try program.run(pair + features + ["-o", "unnamed.png"])
        #expect(unnamed.status == 0, "\(unnamed.errors)")
        let named = ["--content-layers", "relu2_1", "--style-layers", "pixels:0.4,relu1_1:0.2,relu2_1:0.2"]
        #expect(try program.run(pair + features + named + ["-o", "named.png"]).status == 0)
        #expect(try Fixture.decode(program.read("unnamed.png")) == Fixture.decode(program.read("named.png")))
    }

    @Test func theBuiltInNetworkAsAFileKeepsTheLearnedOptimizer() throws {
        let weights = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../weights/features.safetensors")
        try program.write(Data(contentsOf: weights), to: "same.safetensors")
        let outcome = try program.run(pair + ["--features", "same.safetensors", "--steps", "4", "-o", "a.png"])
        #expect(outcome.status == 0 && !outcome.errors.contains(notice), "\(outcome.errors)")
        #expect(try program.run(pair + ["--steps", "4", "-o", "b.png"]).status == 0)
        #expect(try Fixture.decode(program.read("a.png")) == Fixture.decode(program.read("b.png")))
    }

    @Test func anOptimizerIsTrainedForANetworkResumedAndComparedWithIt() throws {
        try program.write(vgg19.bytes, to: "vgg.safetensors")
        for seed in 0..<2 {
            try program.write(Fixture.png(width: 40, height: 32, phase: Float(seed)), to: "contents/\(seed).png")
            try program.write(Fixture.png(width: 32, height: 32, phase: Float(seed) + 9), to: "styles/\(seed).png")
        }
        let training = [
            "train-optimizer", "--features", "vgg.safetensors", "--content", "contents", "--style", "styles",
            "--meta-steps", "2", "--horizon", "4", "--batch", "2", "--size", "16",
        ]
        let trained = try program.run(training)
        #expect(trained.status == 0, "\(trained.errors)")
        let resumed = try program.run(["train-optimizer", "--resume"])
        #expect(resumed.status == 0, "\(resumed.errors)")

        let weights = ["--features", "vgg.safetensors", "--optimizer-weights", "optimizer.safetensors"]
        let painted = try program.run(pair + weights + ["--steps", "3"])
        #expect(painted.status == 0 && !painted.errors.contains(notice), "\(painted.errors)")
        let compared = try program.run(
            ["compare", "--optimizers", "learned,lbfgs", "--size", "16", "--pairs", "1", "--evaluations", "4"]
                + ["--no-tune"] + pair + weights)
        #expect(compared.status == 0, "\(compared.errors)")
        // For the built-in network it is another's.
        let foreign = try program.run(pair + ["--optimizer-weights", "optimizer.safetensors", "-o", "c.png"])
        #expect(foreign.status == 66 && foreign.errors.contains("was trained for another network"))
    }

    private func expectRefusal(_ bytes: [UInt8], _ excerpt: String) throws {
        try program.write(bytes, to: "bad.safetensors")
        let files = try program.files
        for command in [[], ["compare"], ["train-optimizer", "--drawn", "2"]] {
            let words = command == ["train-optimizer", "--drawn", "2"] ? [] : pair
            let outcome = try program.run(command + words + ["--features", "bad.safetensors"])
            let sentences = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("stylize: ") }
            #expect(outcome.status == 66, "\(outcome.errors)")
            #expect(sentences.count == 1 && sentences[0].hasPrefix("stylize: bad.safetensors "), "\(outcome.errors)")
            #expect(sentences[0].contains(excerpt) && sentences[0].hasSuffix("."), "\(outcome.errors)")
            #expect(!sentences[0].hasSuffix("..") && outcome.output.isEmpty, "\(outcome.errors)")
            #expect(try program.files == files)
        }
    }

    @Test func aFileThatIsNoNetworkIsRefusedInOneSentence() throws {
        try expectRefusal([], "cannot be read")
        try expectRefusal(Array(vgg19.bytes.dropLast(100)), "cannot be read")
        try expectRefusal(Fixture.network([("layer", 4)]).bytes, "of no VGG-16 or VGG-19")
        var file = vgg19
        file["features.19.bias"] = nil
        try expectRefusal(file.bytes, "needs a tensor \"features.19.bias\"")
        file["features.19.bias"] = file["features.0.bias"]
        try expectRefusal(file.bytes, "tensor \"features.19.bias\" has the shape [6]; the network needs [12]")
        file = own
        file.metadata["pool"] = "median"
        try expectRefusal(file.bytes, "the pool \"median\"")
        file.metadata["pool"] = "max"
        file.metadata["padding"] = "reflect"
        try expectRefusal(file.bytes, "the padding \"reflect\"")
    }

    @Test func aFileThatIsNotThereIsNamed() throws {
        let outcome = try program.run(pair + ["--features", "none.safetensors"])
        #expect(outcome.status == 66 && outcome.errors.contains("there is no file none.safetensors"))
    }
}
