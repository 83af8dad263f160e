import DrawnPictures
import FeatureNetwork
import Imaging
import LearnedOptimization
import Numerics
import Testing

@testable import StyleTransfer

@Suite(.serialized) struct StylizerTests {
    private func random(_ width: Int, _ height: Int, seed: UInt64) -> Picture {
        var generator = SplitMix64(seed: seed)
        return Picture(
            width: width, height: height, pixels: (0..<3 * width * height).map { _ in generator.nextUnit() })
    }

    private func stylizer(_ change: (inout Stylizer.Settings) -> Void = { _ in }) throws -> Stylizer {
        var settings = Stylizer.Settings()
        settings.steps = 12
        change(&settings)
        return try Stylizer(network: FeatureNetwork.builtIn, settings: settings)
    }

    @Test(arguments: BaselineOptimizer.allCases)
    func everyOptimizerBringsTheLossDownOverTwoScales(optimizer: BaselineOptimizer) throws {
        let stylizer = try stylizer {
            $0.optimizer = .baseline(optimizer)
            $0.steps = 40
        }
        var losses: [Int: [Double]] = [:]
        let result = try stylizer.stylize(
            DrawnContent.allCases[0].draw(seed: 1, width: 160, height: 100),
            styles: [.init(DrawnStyle.allCases[0].draw(seed: 1, width: 128, height: 128))]
        ) { progress in
            losses[progress.scale, default: []].append(progress.loss)
            return .carryOn
        }
        #expect(losses.count == 2 && result.steps == 40)
        for scale in losses.values { #expect(scale.last! < 0.8 * scale.first!) }
        #expect((result.picture.width, result.picture.height) == (160, 100))
        #expect(result.picture.pixels.allSatisfy { (0...1).contains($0) })
    }

    @Test func contentsThatShareStylesArePaintedAsIfEachHadItsOwn() throws {
        let stylizer = try stylizer { $0.styleScale = 1.5 }
        let styles = [Stylizer.Style(random(40, 30, seed: 1), weight: 2), .init(random(20, 50, seed: 2))]
        let prepared = try stylizer.prepare(styles)
        // The second has sizes of the first, the third others.
        for (width, height, seed) in [(48, 40, 3), (48, 40, 4), (30, 44, 5)] as [(Int, Int, UInt64)] {
            let content = random(width, height, seed: seed)
            let shared = try stylizer.stylize(content, styles: prepared)
            #expect(try shared.picture == stylizer.stylize(content, styles: styles).picture)
        }
        #expect(throws: StyleTransferError.self) { try stylizer.prepare([]) }
    }

    @Test func aLearnedOptimizerPaintsTooEvenBeforeItHasLearned() throws {
        let stylizer = try stylizer {
            $0.optimizer = .learned(LearnedOptimizer(untrained: .quasiNewton))
            $0.steps = 40
        }
        var losses: [Int: [Double]] = [:]
        let result = try stylizer.stylize(
            DrawnContent.allCases[0].draw(seed: 1, width: 160, height: 100),
            styles: [.init(DrawnStyle.allCases[0].draw(seed: 1, width: 128, height: 128))]
        ) { progress in
            losses[progress.scale, default: []].append(progress.loss)
            return .carryOn
        }
        #expect(losses.count == 2 && result.steps == 40)
        for scale in losses.values { #expect(scale.last! < 0.8 * scale.first!) }
    }

    @Test(arguments: [(1, 1), (1, 90), (90, 1), (3, 2), (65, 33)])
    func aPictureOfAnySizeIsPainted(width: Int, height: Int) throws {
        let result = try stylizer().stylize(
            random(width, height, seed: 1), styles: [.init(random(31, 17, seed: 2))])
        #expect((result.picture.width, result.picture.height) == (width, height))
        #expect(result.picture.pixels.allSatisfy { (0...1).contains($0) })
    }

    @Test(arguments: [Stylizer.Start.content, .noise])
    func theSameSeedGivesTheSameBytesWhateverTheNumberOfThreads(start: Stylizer.Start) throws {
        let stylizer = try stylizer {
            $0.start = start
            $0.seed = 7
        }
        func run(_ threads: Int) throws -> Picture {
            try Parallel.$threadCount.withValue(threads) {
                try stylizer.stylize(random(130, 70, seed: 1), styles: [.init(random(64, 64, seed: 2))]).picture
            }
        }
        #expect(try run(1) == run(2))
    }

    /// With a preconditioner, two windows by three, and an odd size on the way.
    @Test func theBuiltInOptimizerGivesTheSameBytesWhateverTheNumberOfThreads() throws {
        let stylizer = try stylizer { $0.optimizer = .learned(.builtIn) }
        let pictures = try [1, 2, 5].map { threads in
            try Parallel.$threadCount.withValue(threads) {
                try stylizer.stylize(random(194, 130, seed: 1), styles: [.init(random(64, 64, seed: 2))]).picture
            }
        }
        #expect(pictures[0] == pictures[1] && pictures[0] == pictures[2])
    }

    @Test func anotherSeedGivesAnotherPictureFromNoise() throws {
        func run(_ seed: UInt64) throws -> Picture {
            try stylizer {
                $0.start = .noise
                $0.seed = seed
            }
            .stylize(random(40, 40, seed: 1), styles: [.init(random(40, 40, seed: 2))]).picture
        }
        #expect(try run(1) != run(2))
    }

    @Test func stoppingKeepsTheBestSoFarAtTheFullSize() throws {
        var shown: Picture?
        let result = try stylizer { $0.steps = 100 }.stylize(
            random(130, 70, seed: 1), styles: [.init(random(64, 64, seed: 2))]
        ) { progress in
            shown = progress.picture()
            return progress.step == 9 ? .stop : .carryOn
        }
        #expect(result.wasStopped && result.steps == 9)
        #expect((result.picture.width, result.picture.height) == (130, 70))
        #expect(shown.map { ($0.width, $0.height) == (65, 35) } == true)
    }

    @Test func progressCountsEveryStepAndEndsAtAll() throws {
        var fractions: [Double] = []
        _ = try stylizer { $0.steps = 20 }.stylize(
            random(130, 70, seed: 1), styles: [.init(random(64, 64, seed: 2))]
        ) { progress in
            #expect(progress.stepCount == 20)
            fractions.append(progress.fraction)
            return .carryOn
        }
        #expect(fractions.count == 20 && fractions == fractions.sorted())
        #expect(abs(fractions.last! - 1) < 1e-9)
    }

    @Test func theContentsOpacityIsGivenBackAtTheResultsSize() throws {
        var content = random(40, 20, seed: 1)
        content.alpha = Planes(count: 1, height: 20, width: 40, repeating: 0.5)
        let result = try stylizer { $0.size = 20 }.stylize(content, styles: [.init(random(20, 20, seed: 2))])
        #expect(result.picture.alpha?.values.count == 200)
        #expect(result.picture.alpha!.values.allSatisfy { abs($0 - 0.5) < 1e-5 })
    }

    @Test func aResultThatCannotFitIntoMemoryIsRefusedBeforeAnyWork() throws {
        for change in [{ $0.size = 1_000_000 }, { $0.styleScale = 1e9 }] as [(inout Stylizer.Settings) -> Void] {
            let stylizer = try stylizer(change)
            let error = #expect(throws: StyleTransferError.self) {
                try stylizer.stylize(random(4, 3, seed: 1), styles: [.init(random(3, 4, seed: 2))])
            }
            guard case .needsMoreMemory = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    /// There are never more curvature pairs than steps.
    @Test func aLongHistoryTakesTheMemoryOfTheStepsThereAre() throws {
        func memory(_ optimizer: BaselineOptimizer, history: Int) throws -> Double {
            try stylizer {
                $0.optimizer = .baseline(optimizer)
                $0.history = history
            }.memoryNeeded(width: 500, height: 500)
        }
        #expect(try memory(.lbfgs, history: .max) == memory(.lbfgs, history: 12))
        #expect(try memory(.lbfgs, history: 12) > memory(.lbfgs, history: 5))
        #expect(try memory(.adam, history: 12) == memory(.adam, history: 5))
    }

    @Test func settingsOutOfRangeAreRefused() {
        #expect(throws: StyleTransferError.self) { try stylizer { $0.steps = .max } }
        #expect(throws: StyleTransferError.self) { try stylizer { $0.size = .max } }
        #expect(throws: StyleTransferError.self) { try stylizer { $0.styleScale = 0 } }
        #expect(throws: StyleTransferError.self) { try stylizer { $0.objective.contentWeight = -1 } }
        #expect(throws: StyleTransferError.self) { try stylizer { $0.learningRate = .nan } }
        #expect(throws: StyleTransferError.self) { try stylizer { $0.objective.pyramidLevels = 0 } }
        #expect(throws: StyleTransferError.self) {
            try stylizer().stylize(random(8, 8, seed: 1), styles: [.init(random(8, 8, seed: 2), weight: 0)])
        }
    }
}

@Suite struct ScheduleTests {
    private let baseline = Stylizer.Optimizer.baseline(.lbfgs)
    private let learned = Stylizer.Optimizer.learned(LearnedOptimizer(untrained: .quasiNewton))

    @Test func sizesDoubleUpToTheResultAndMostStepsAreCoarse() {
        let schedule = Schedule(width: 512, height: 384, optimizer: baseline)
        #expect(schedule.scales.map(\.width) == [64, 128, 256, 512])
        #expect(schedule.scales.map(\.height) == [48, 96, 192, 384])
        #expect(schedule.scales.map(\.steps) == schedule.scales.map(\.steps).sorted(by: >))
    }

    @Test(arguments: [128, 256, 512, 1024, 2048])
    func aLearnedOptimizerHurriesOnTheWayAndStaysSomewhatLongerAtTheEnd(edge: Int) {
        let few = Schedule(width: edge, height: edge / 2, optimizer: learned)
        let many = Schedule(width: edge, height: edge / 2, optimizer: baseline)
        #expect(few.scales.dropLast().allSatisfy { $0.width < 384 ? $0.steps == 16 : (17...32).contains($0.steps) })
        #expect(few.scales.last!.steps > many.scales.last!.steps)
        #expect(few.steps < many.steps)
    }

    @Test func aPictureOfOneSizeTakesAsManyStepsWithAnyOptimizer() {
        #expect(
            Schedule(width: 100, height: 64, optimizer: learned)
                == Schedule(width: 100, height: 64, optimizer: baseline))
    }

    @Test(arguments: [1, 3, 17, 100, 1001])
    func stepsAreSharedOutExactly(steps: Int) {
        #expect(Schedule(width: 1000, height: 700, optimizer: baseline, steps: steps).steps == steps)
    }

    @Test func aTinyOrNarrowPictureHasAtLeastOnePixelASide() {
        #expect(Schedule(width: 1, height: 1, optimizer: baseline).scales.map(\.width) == [1])
        let narrow = Schedule(width: 1, height: 4000, optimizer: baseline)
        #expect(narrow.scales.allSatisfy { $0.width == 1 && $0.height >= 62 })
    }
}
