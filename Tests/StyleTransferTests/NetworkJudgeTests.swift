import FeatureNetwork
import Foundation
import Imaging
import Kernels
import Safetensors
import Testing

@testable import StyleTransfer

/// Held against PyTorch in float64: see Goldens/make_goldens.py.
@Suite struct NetworkJudgeTests {
    private let network: SafetensorsFile

    init() throws { network = try Golden("judge-vgg19").file }

    private func judge(variant: Int? = nil) throws -> NetworkJudge {
        try NetworkJudge(network: FeatureNetwork(network, kernels: variant.map { KernelSet.all[$0] } ?? .best))
    }

    private func figures(
        _ judge: NetworkJudge, of painting: Picture, content: Picture, style: Picture
    ) throws -> NetworkJudge.Figures {
        try judge.figures(
            of: painting, content: judge.content(content, at: painting.size),
            style: judge.style(style, at: painting.size))
    }

    private func picture(_ name: String, of golden: Golden) -> Picture {
        Picture(golden.planes(name))
    }

    @Test(arguments: KernelSet.all.indices)
    func figuresAreThoseOfPyTorchWithMirroredBorders(variant: Int) throws {
        let golden = try Golden("judge")
        let found = try figures(
            judge(variant: variant), of: picture("painting", of: golden), content: picture("content", of: golden),
            style: picture("style", of: golden))
        let expected = try JSONDecoder().decode([Double].self, from: Data(golden.file.metadata["style"]!.utf8))
        let distances = try #require(found.styleDistances)
        #expect(distances.count == expected.count)
        // What is added to the covariances' diagonals is the error; four pixels have no variance in half the directions.
        for (distance, expected) in zip(distances, expected) { #expect(abs(distance / expected - 1) < 1e-3) }
        let mean = expected.reduce(0, +) / Double(expected.count)
        #expect(try abs(#require(found.styleDistance) / mean - 1) < 1e-3)
        #expect(try abs(#require(found.contentDistance) / golden.number("content") - 1) < 1e-5)
    }

    @Test func aPictureIsNoDistanceFromItself() throws {
        let picture = try picture("painting", of: Golden("judge"))
        let found = try figures(judge(), of: picture, content: picture, style: picture)
        #expect(found.contentDistance == 0)
        #expect(try #require(found.styleDistances).allSatisfy { $0 < 1e-5 })
    }

    @Test func stylesAndContentsAreBroughtToThePaintingsSize() throws {
        func waves(_ width: Int, _ height: Int, turns: Float) -> Picture {
            let pixels = (0..<3 * width * height).map { i in
                let (x, y) = (Float(i % width) + 0.5, Float(i / width % height) + 0.5)
                return 0.5 + 0.4 * sin(turns * (x / Float(width) + y / Float(height)) + Float(i / (width * height)))
            }
            return Picture(width: width, height: height, pixels: pixels)
        }
        let judge = try judge()
        let painting = waves(60, 48, turns: 9)
        let once = try figures(judge, of: painting, content: painting, style: waves(48, 60, turns: 15))
        let larger = try figures(
            judge, of: painting, content: waves(120, 96, turns: 9), style: waves(144, 180, turns: 15))
        #expect(try #require(larger.contentDistance) < 1e-3)
        let (first, second) = try (#require(once.styleDistance), #require(larger.styleDistance))
        #expect(abs(second / first - 1) < 0.02, "\(first) \(second)")
    }

    /// What pools leave is a single pixel, which has no variance.
    @Test func whatCannotBeMeasuredHasNoFigure() throws {
        let golden = try Golden("judge")
        let (painting, style) = (picture("painting", of: golden), picture("style", of: golden))
        func plain(_ width: Int, _ height: Int) -> Picture {
            Picture(width: width, height: height, pixels: [Float](repeating: 0.5, count: 3 * width * height))
        }
        let judge = try judge()
        for (width, height) in [(1, 1), (2, 1), (1, 40), (2, 2), (17, 3)] {
            let small = painting.resized(width: width, height: height)
            #expect(try figures(judge, of: small, content: small, style: style).styleDistances == nil)
        }
        let ofPlain = try figures(judge, of: plain(42, 37), content: painting, style: style)
        #expect(try #require(ofPlain.styleDistance).isFinite && #require(ofPlain.contentDistance).isFinite)
        #expect(try figures(judge, of: painting, content: painting, style: plain(9, 9)).styleDistance == nil)
        var wild = network
        let weight = try #require(network["features.0.weight"])
        wild["features.0.weight"] = .init(shape: weight.shape, values: weight.values.map { $0 * 1e30 })
        let ofWild = try figures(
            NetworkJudge(network: FeatureNetwork(wild)), of: painting, content: style, style: style)
        #expect(ofWild.styleDistances == nil && ofWild.contentDistance?.isFinite ?? true)
    }

    @Test func aNetworkThatLacksALayerIsRefused() throws {
        let network = try Golden.network()
        #expect(throws: StyleTransferError.unknownLayer("relu4_1", known: network.layerNames)) {
            try NetworkJudge(network: network)
        }
    }
}
