import FeatureNetwork
import Imaging
import Kernels
import Numerics
import Safetensors
import Testing
import TrainingSessions

@testable import FeatureTraining

extension Distiller {
    fileprivate var checkpoint: Checkpoint {
        var checkpoint = Checkpoint(of: Self.checkpointKind)
        write(to: &checkpoint)
        return checkpoint
    }
}

@Suite struct DistillerTests {
    private let pictures = stripes(6)

    private func fitted(_ settings: Distiller.Settings = smallSettings()) throws -> Distiller {
        try #require(try Distiller.fitted(settings, to: smallTeacher, on: sampler(pictures)))
    }

    @Test func aStudentFittedToItsTeacherBeginsFarBelowARandomOne() throws {
        let crops = sampler(pictures)
        let random = try Distiller(random: smallSettings(), teacher: smallTeacher).losses(on: crops).mean
        #expect(try fitted().losses(on: crops).mean < 0.5 * random)
    }

    @Test func aRandomStudentLearns() throws {
        let crops = sampler(pictures)
        var distiller = try Distiller(random: smallSettings(steps: 80), teacher: smallTeacher)
        let losses = try (0..<80).map { _ in try distiller.step(on: crops).mean }
        func mean(_ losses: ArraySlice<Double>) -> Double { losses.reduce(0, +) / Double(losses.count) }
        #expect(mean(losses.suffix(10)) < 0.6 * mean(losses.prefix(5)))
    }

    @Test func aStudentOfAllChannelsIsFittedToItsTeacherExactly() throws {
        // Pools of both are averages, and the student takes every channel: nothing is left to explain but the ridge's
        // share.
        var settings = smallSettings()
        settings.architecture = Architecture("8,8/16")!
        let teacher = randomNetwork([[8, 8], [16]], pooling: .average)
        var unexplained: [Double] = []
        _ = try Distiller.fitted(settings, to: teacher, on: sampler(pictures)) { _, share in
            unexplained.append(share)
            return true
        }
        #expect(unexplained.count == 3 && unexplained.allSatisfy { $0 < 0.02 }, "\(unexplained)")
    }

    @Test func aStudentMayHaveMoreChannelsThanItsTeacher() throws {
        var settings = smallSettings()
        settings.architecture = Architecture("32,16/48")!
        var distiller = try fitted(settings)
        let losses = try distiller.step(on: sampler(pictures))
        #expect(losses.layers.count == 3 && losses.mean.isFinite)
    }

    @Test(arguments: Pooling.allCases)
    func theSameSeedGivesTheSameStepsWhateverTheNumberOfThreads(pooling: Pooling) throws {
        var settings = smallSettings()
        settings.pooling = pooling
        func checkpoint(threads: Int) throws -> Checkpoint {
            try Parallel.$threadCount.withValue(threads) {
                var distiller = try fitted(settings)
                for _ in 0..<3 { _ = try distiller.step(on: sampler(pictures)) }
                return distiller.checkpoint
            }
        }
        #expect(try checkpoint(threads: 1) == checkpoint(threads: 3))
    }

    @Test func fromACheckpointTrainingGoesOnAsIfItHadNeverStopped() throws {
        let crops = sampler(pictures)
        var unbroken = try fitted()
        for _ in 0..<3 { _ = try unbroken.step(on: crops) }
        var resumed = try Distiller(
            Checkpoint(bytes: unbroken.checkpoint.bytes, of: Distiller.checkpointKind), teacher: smallTeacher)
        #expect(resumed.step == 3)
        for _ in 0..<3 {
            _ = try unbroken.step(on: crops)
            _ = try resumed.step(on: crops)
        }
        #expect(resumed.checkpoint == unbroken.checkpoint)
    }

    @Test func aCheckpointThatIsNotOneIsRefused() throws {
        let sound = try Distiller(random: smallSettings(), teacher: smallTeacher).checkpoint
        func error(_ change: (inout SafetensorsFile) -> Void) -> CheckpointError? {
            var checkpoint = sound
            change(&checkpoint.file)
            return #expect(throws: CheckpointError.self) { _ = try Distiller(checkpoint, teacher: smallTeacher) }
        }
        #expect(error { $0.metadata = [:] } == .notACheckpoint)
        #expect(error { $0.metadata["settings"] = "{}" } == .notACheckpoint)
        var foreign = sound
        foreign.add("0123456789abcdef", "teacher")
        #expect(throws: DistillerError.otherTeacher) { _ = try Distiller(foreign, teacher: smallTeacher) }
        #expect(error { $0["layer1.gamma"] = nil } == .notACheckpoint)
        for (part, replacement) in [
            (#""blocks":[[16,16],[20]]"#, #""blocks":[]"#), (#""batch":8"#, #""batch":0"#),
            (#""edge":16"#, #""edge":0"#), (#""edge":16"#, #""edge":17"#), (#""steps":40"#, #""steps":0"#),
            (#""pooling":"average""#, #""pooling":"none""#),
        ] {
            #expect(sound.file.metadata["settings"]!.contains(part))
            #expect(error { $0.metadata["settings"]!.replace(part, with: replacement) } == .notACheckpoint)
        }
        for step in ["-1", "41", "x"] { #expect(error { $0.metadata["step"] = step } == .notACheckpoint) }
        #expect(error { $0["head0.bias"] = .init(shape: [1], values: [0]) } == .notACheckpoint)
        let numberless = SafetensorsFile.Tensor(shape: [16], values: .init(repeating: .nan, count: 16))
        #expect(error { $0["layer0.beta"] = numberless } == .notACheckpoint)
        let zero = SafetensorsFile.Tensor(shape: [24], values: .init(repeating: 0, count: 24))
        #expect(error { $0["head0.scale"] = zero } == .notACheckpoint)
    }

    @Test func aTeacherWithoutTheStudentsLayersIsRefused() {
        func error(_ channels: String, teacher: FeatureNetwork = smallTeacher) -> DistillerError? {
            var settings = smallSettings()
            settings.architecture = Architecture(channels)!
            return #expect(throws: DistillerError.self) { _ = try Distiller(random: settings, teacher: teacher) }
        }
        let names = ["relu1_1", "relu1_2", "relu2_1"]
        #expect(error("16/16,16") == .noSuchLayer("relu2_2", teacher: names))
        #expect(error("16/16/16") == .noSuchLayer("relu3_1", teacher: names))
    }

    @Test func aLossThatIsNoNumberIsSaidAndChangesNothing() throws {
        var distiller = try fitted()
        distiller.network.layers[1].gamma.values[0] = .infinity
        let before = distiller.checkpoint
        #expect(throws: DistillerError.diverged(step: 0)) { _ = try distiller.step(on: sampler(pictures)) }
        #expect(distiller.checkpoint == before)
    }

    @Test(arguments: Pooling.allCases)
    func theFoldedNetworkComputesWhatWasTrained(pooling: Pooling) throws {
        var settings = smallSettings()
        settings.pooling = pooling
        var distiller = try fitted(settings)
        let crops = sampler(pictures)
        for _ in 0..<10 { _ = try distiller.step(on: crops) }

        let network = try FeatureNetwork(distiller.folded(pictures: pictures))
        #expect(network.pooling == pooling)
        var generator = SplitMix64(seed: 3)
        let pixels = crops.batch(settings.batch, edge: 16, using: &generator)
        distiller.pass.forward(
            distiller.network, TrainableNetwork.standardized(pixels, edge: 16), usesRunning: true)
        let extractor = FeatureExtractor(network, width: 16, height: 16, taps: Set(network.layerNames))
        extractor.forward(Array(pixels.prefix(3 * 256)))
        for (i, name) in network.layerNames.enumerated() {
            let (found, trained) = (extractor.activations(of: name), distiller.pass.activations(ofLayer: i))
            let pairs = (0..<found.channels).flatMap { c in
                (0..<found.height).flatMap { y in
                    (0..<found.width).map { (Double(found[c, y, $0]), Double(trained[c, y, $0])) }
                }
            }
            // But for a layer's scale.
            let scale = pairs.reduce(0) { $0 + $1.0 } / pairs.reduce(0) { $0 + $1.1 }
            let largest = pairs.map(\.0).max()!
            #expect(pairs.allSatisfy { abs($0.0 - scale * $0.1) < 1e-4 * largest }, "\(name)")
        }
    }

    @Test func everyLayerOfTheFoldedNetworkHasAMeanActivationOfOne() throws {
        let network = try FeatureNetwork(fitted().folded(pictures: pictures))
        for name in network.layerNames {
            let means = pictures.map { picture in
                let extractor = FeatureExtractor(network, width: picture.width, height: picture.height, taps: [name])
                extractor.forward(picture.pixels)
                let activation = extractor.activations(of: name).planar
                return Double(activation.reduce(0, +)) / Double(activation.count)
            }
            #expect(abs(means.reduce(0, +) / Double(means.count) - 1) < 1e-3, "\(name)")
        }
    }
}
