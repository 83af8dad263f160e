import FeatureNetwork
import Imaging
import Kernels
import Safetensors
import Testing

@testable import FeatureTraining

@Suite struct FeatureTrainerTests {
    @Test func trainingLearnsToTellPicturesApart() {
        let crops = sampler(stripes(8))
        var trainer = smallTrainer(classCount: 8, steps: 80)
        let reports = (0..<80).map { _ in trainer.step(on: crops) }
        func mean(_ reports: ArraySlice<FeatureTrainer.Report>) -> Double {
            reports.reduce(0) { $0 + $1.accuracies.last! } / Double(reports.count)
        }
        // One in eight is chance.
        #expect(mean(reports.prefix(5)) < 0.4)
        #expect(mean(reports.suffix(10)) > 0.6)
        #expect(reports.suffix(10).allSatisfy { $0.loss < reports[0].loss })
    }

    @Test func theSameSeedGivesTheSameStepsWhateverTheNumberOfThreads() {
        let crops = sampler(stripes(4))
        func weights(threads: Int) -> [[Float]] {
            Parallel.$threadCount.withValue(threads) {
                var trainer = smallTrainer(classCount: 4)
                for _ in 0..<4 { _ = trainer.step(on: crops) }
                return trainer.network.layers.map(\.weights.values)
            }
        }
        #expect(weights(threads: 1) == weights(threads: 3))
    }

    @Test func fromACheckpointTrainingGoesOnAsIfItHadNeverStopped() throws {
        let crops = sampler(stripes(4))
        var unbroken = smallTrainer(classCount: 4)
        for _ in 0..<3 { _ = unbroken.step(on: crops) }
        var resumed = try FeatureTrainer(checkpoint: SafetensorsFile(bytes: unbroken.checkpoint.bytes))
        #expect(resumed.step == 3)
        for _ in 0..<3 {
            _ = unbroken.step(on: crops)
            _ = resumed.step(on: crops)
        }
        #expect(resumed.checkpoint == unbroken.checkpoint)
    }

    @Test func aCheckpointThatIsNotOneIsRefused() {
        let sound = smallTrainer(classCount: 4).checkpoint
        func error(_ change: (inout SafetensorsFile) -> Void) -> FeatureTrainerError? {
            var file = sound
            change(&file)
            return #expect(throws: FeatureTrainerError.self) { _ = try FeatureTrainer(checkpoint: file) }
        }
        #expect(error { $0.metadata["feature-trainer"] = "7" } == .unknownVersion("7"))
        #expect(error { $0.metadata = [:] } == .notACheckpoint)
        #expect(error { $0.metadata["settings"] = "{}" } == .notACheckpoint)
        #expect(error { $0["layer1.gamma"] = nil } == .notACheckpoint)
        for (part, replacement) in [
            (#""blocks":[[16,16],[20]]"#, #""blocks":[]"#), (#""batch":16"#, #""batch":0"#),
            (#""edge":16"#, #""edge":0"#), (#""edge":16"#, #""edge":17"#), (#""steps":40"#, #""steps":0"#),
        ] {
            #expect(sound.metadata["settings"]!.contains(part))
            #expect(error { $0.metadata["settings"]!.replace(part, with: replacement) } == .notACheckpoint)
        }
        for step in ["-1", "41", "x"] { #expect(error { $0.metadata["step"] = step } == .notACheckpoint) }
        for classes in ["0", "-2", "9000000000000"] {
            #expect(error { $0.metadata["classes"] = classes } == .notACheckpoint)
        }
        #expect(error { $0["head0.bias"] = .init(shape: [1], values: [0]) } == .notACheckpoint)
        let numberless = SafetensorsFile.Tensor(shape: [16], values: .init(repeating: .nan, count: 16))
        #expect(error { $0["layer0.beta"] = numberless } == .notACheckpoint)
    }

    @Test func theFoldedNetworkComputesWhatWasTrained() throws {
        let pictures = stripes(4)
        let crops = sampler(pictures)
        var trainer = smallTrainer(classCount: 4)
        for _ in 0..<10 { _ = trainer.step(on: crops) }

        // With the statistics of this very batch for running ones, both compute the same but for a layer's scale.
        var generator = SplitMix64(seed: 3)
        let batch = crops.batch(16, edge: 16, using: &generator)
        let statistics = trainer.pass.forward(trainer.network, batch.pixels)
        for (i, layer) in statistics.enumerated() {
            trainer.network.layers[i].runningMean = layer.mean
            trainer.network.layers[i].runningVariance = layer.variance
        }
        let network = try FeatureNetwork(trainer.folded(pictures: pictures))
        let extractor = FeatureExtractor(network, width: 16, height: 16, taps: Set(network.layerNames))
        let crop = batch.pixels.prefix(3 * 256).enumerated().map { i, value in
            value * CropSampler.deviation + CropSampler.mean[i / 256]
        }
        extractor.forward(crop)
        for (i, name) in network.layerNames.enumerated() {
            let channels = statistics[i].mean.count
            let mean = extractor.moments(of: name).mean.prefix(channels)
            let expected = statistics[i].resultMean.prefix(channels)
            let scale = mean.reduce(0, +) / Double(expected.reduce(0, +))
            for (value, expected) in zip(mean, expected) {
                #expect(abs(value - scale * Double(expected)) < 1e-4 * mean.max()!, "\(name)")
            }
        }
    }

    @Test func everyLayerOfTheFoldedNetworkHasAMeanActivationOfOne() throws {
        let pictures = stripes(3)
        var trainer = smallTrainer(classCount: 3)
        for _ in 0..<5 { _ = trainer.step(on: sampler(pictures)) }
        let network = try FeatureNetwork(trainer.folded(pictures: pictures))
        for name in network.layerNames {
            let means = pictures.map { picture in
                let extractor = FeatureExtractor(network, width: picture.width, height: picture.height, taps: [name])
                extractor.forward(picture.pixels)
                let activation = extractor.activations(of: name).planar
                return Double(activation.reduce(0, +)) / Double(activation.count)
            }
            #expect(abs(means.reduce(0, +) / 3 - 1) < 1e-3, "\(name)")
        }
    }

    @Test func picturesAreRetrievedByOtherCropsBetterThanByChance() {
        let crops = sampler(stripes(8))
        var trainer = smallTrainer(classCount: 8, steps: 60)
        for _ in 0..<60 { _ = trainer.step(on: crops) }
        let shares = trainer.retrieval(in: sampler(stripes(8)))
        #expect(shares.count == 2 && shares.allSatisfy { $0 > 0.3 })
        #expect(shares == trainer.retrieval(in: sampler(stripes(8))))
    }
}
