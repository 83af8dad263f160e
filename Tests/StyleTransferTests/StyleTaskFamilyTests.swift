import DrawnPictures
import FeatureNetwork
import Imaging
import LearnedOptimization
import Numerics
import Synchronization
import Testing

@testable import StyleTransfer

@Suite struct StyleTaskFamilyTests {
    private static func source(_ name: String, _ picture: Picture) -> StyleTaskFamily.Source {
        .init(name: name) { picture }
    }

    private static func flat(_ value: Float, width: Int, height: Int) -> Picture {
        Picture(width: width, height: height, pixels: .init(repeating: value, count: 3 * width * height))
    }

    private static let content = DrawnContent.lake.draw(seed: 1, width: 120, height: 90)
    private static let style = DrawnStyle.mosaic.draw(seed: 1, width: 100, height: 130)

    private func family(_ variation: StyleVariation = StyleVariation()) throws -> StyleTaskFamily {
        try StyleTaskFamily(
            network: .builtIn, contents: [Self.source("lake", Self.content)],
            styles: [Self.source("mosaic", Self.style)], variation: variation)
    }

    /// Problems of few pixels, so that many can be looked at.
    private func small() -> StyleVariation {
        var variation = StyleVariation()
        variation.edges = [16, 24]
        return variation
    }

    private struct Evaluated: Equatable {
        var start: [Float]
        var loss: Double
        var gradient: [Float]
        var settings: ObjectiveSettings

        init(_ problem: Problem) throws {
            start = problem.start
            gradient = [Float](repeating: 0, count: start.count)
            loss = problem.objective.evaluate(start, gradient: &gradient)
            settings = try #require(problem.objective as? StyleTransferObjective).settings
        }
    }

    @Test func aSeedIsAProblemOnWhateverThread() throws {
        let family = try family(small())
        let serial = try (0..<UInt64(8)).map { seed in
            var generator = SplitMix64(seed: seed)
            return try Evaluated(family.sample(using: &generator))
        }
        let concurrent = Mutex([Int: Evaluated]())
        Parallel.$threadCount.withValue(4) {
            Parallel.forEach(8) { seed, _ in
                var generator = SplitMix64(seed: UInt64(seed))
                let evaluated = try? Evaluated(family.sample(using: &generator))
                concurrent.withLock { $0[seed] = evaluated }
            }
        }
        concurrent.withLock { concurrent in
            for seed in 0..<8 { #expect(concurrent[seed] == serial[seed]) }
        }
        #expect(serial[0] != serial[1])
    }

    @Test func everyVariationOccursAndEveryProblemIsSound() throws {
        let variation = small()
        let family = try family(variation)
        var generator = SplitMix64(seed: 1)
        var (edges, losses, levels) = (Set<Int>(), Set<StyleLoss>(), Set<Int>())
        var (contentLayers, layerCounts) = (Set<String>(), Set<Int>())
        var (smoothness, alphas, fromContent) = ([Float](), [Float](), 0)
        for _ in 0..<150 {
            let problem = try family.sample(using: &generator)
            let evaluated = try Evaluated(problem)
            #expect(evaluated.loss.isFinite && evaluated.loss > 0)
            #expect(evaluated.gradient.allSatisfy(\.isFinite) && evaluated.gradient.contains { $0 != 0 })
            #expect(problem.start.allSatisfy { (0...1).contains($0) })
            let settings = evaluated.settings
            edges.insert(problem.objective.grid.width)
            losses.insert(settings.styleLoss)
            levels.insert(settings.pyramidLevels)
            contentLayers.insert(settings.contentLayers[0].name)
            layerCounts.insert(settings.styleLayers.count)
            smoothness.append(settings.totalVariationWeight)
            alphas.append(settings.contentWeight)
            // The content is where its term is 0.
            var gradient = evaluated.gradient
            let terms = (problem.objective as? StyleTransferObjective)?.terms(at: problem.start, gradient: &gradient)
            if try #require(terms).content == 0 { fromContent += 1 }
        }
        #expect(edges == [16, 24] && losses == Set(StyleLoss.allCases) && levels == [1, 2])
        #expect(contentLayers == ["relu3_2", "relu4_1", "relu4_2"] && layerCounts == [5, 6])
        #expect(smoothness.contains(0) && smoothness.max()! > 10 && smoothness.max()! <= 20)
        #expect(alphas.min()! < 0.02 && alphas.min()! >= 0.01 && alphas.max()! > 0.5 && alphas.max()! <= 1)
        #expect((50...100).contains(fromContent))
    }

    @Test(arguments: [
        StyleVariation.Start.content, .noise, .blend, .coarser(evaluations: 6),
    ])
    func everyStartLiesWithinBounds(start: StyleVariation.Start) throws {
        var variation = StyleVariation.fixed(edge: 21)
        variation.starts = [start]
        var generator = SplitMix64(seed: 3)
        let problem = try family(variation).sample(using: &generator)
        #expect(problem.start.count == 3 * 21 * 21)
        #expect(problem.start.allSatisfy { (0...1).contains($0) })
    }

    @Test func aCoarserScaleIsABetterStartThanTheContent() throws {
        // Half of it is large enough for the deepest layer to see something.
        var variation = StyleVariation.fixed(edge: 96)
        var generator = SplitMix64(seed: 3)
        let content = try Evaluated(family(variation).sample(using: &generator))
        variation.starts = [.coarser(evaluations: 12)]
        let coarser = try Evaluated(family(variation).sample(using: &generator))
        #expect(coarser.loss < 0.95 * content.loss)
    }

    @Test func nothingVariesInAFixedFamily() throws {
        let family = try family(.fixed(edge: 32))
        var generator = SplitMix64(seed: 5)
        let first = try Evaluated(family.sample(using: &generator))
        let second = try Evaluated(family.sample(using: &generator))
        #expect(first == second)
        #expect(first.settings == ObjectiveSettings())
        let style = Self.style.resized(to: Self.style.size.withArea(32 * 32))
        // The middle 90 of 120 columns.
        var middle: [Float] = []
        for row in 0..<3 * 90 { middle += Self.content.pixels[row * 120 + 15..<row * 120 + 105] }
        let content = Picture(width: 90, height: 90, pixels: middle).resized(width: 32, height: 32)
        let expected = try StyleTransferObjective(
            network: .builtIn, content: content.planes,
            styles: [(style.planes, 1)],
            settings: ObjectiveSettings())
        #expect(first.start == content.pixels)
        var gradient = first.gradient
        #expect(expected.evaluate(content.pixels, gradient: &gradient) == first.loss)
        #expect(gradient == first.gradient)
    }

    @Test(arguments: [(1, 1), (3, 200), (40, 40)])
    func flatAndOddPicturesAreNoTrouble(width: Int, height: Int) throws {
        let family = try StyleTaskFamily(
            network: .builtIn,
            contents: [
                Self.source("black", Self.flat(0, width: width, height: height)), Self.source("a", Self.content),
            ],
            styles: [Self.source("white", Self.flat(1, width: height, height: width)), Self.source("b", Self.style)],
            variation: small())
        var generator = SplitMix64(seed: 7)
        for _ in 0..<12 {
            let evaluated = try Evaluated(family.sample(using: &generator))
            #expect(evaluated.loss.isFinite && evaluated.gradient.allSatisfy(\.isFinite))
            #expect(evaluated.start.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test func theDefaultsForASmallNetworkKeepToItsLayers() throws {
        let network = try Golden.network()
        let variation = StyleVariation(for: network)
        #expect(variation.otherContentLayers.allSatisfy(network.layerNames.contains))
        #expect(!StyleVariation(for: FeatureNetwork.builtIn).otherContentLayers.isEmpty)
    }

    @Test func aVariationThatDoesNotFitIsRefused() throws {
        var variation = StyleVariation()
        variation.otherContentLayers = ["relu9_1"]
        #expect(throws: StyleTransferError.self) { try family(variation) }
        variation = StyleVariation()
        variation.edges = []
        #expect(throws: StyleTransferError.self) { try family(variation) }
    }
}
