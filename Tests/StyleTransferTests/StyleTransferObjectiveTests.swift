import FeatureNetwork
import Kernels
import Numerics
import Testing

@testable import StyleTransfer

@Suite struct StyleTransferObjectiveTests {
    /// Sizes from 24x24 down to 2x1, odd ones among them; two styles blended; two pyramid levels.
    static let cases = [
        "wasserstein-24x24", "wasserstein-two-styles-23x37", "wasserstein-two-levels-23x37",
        "wasserstein-two-levels-2x1",
        "covariance-24x24", "covariance-two-styles-23x37", "covariance-two-levels-23x37", "covariance-two-levels-2x1",
        "gram-24x24", "gram-two-styles-23x37", "activations-5x9",
    ]

    @Test(arguments: cases)
    func lossAndGradientEqualThoseOfPyTorchInDoublePrecision(name: String) throws {
        let golden = try Golden(name)
        let objective = try golden.objective()
        let picture = golden.planes("picture").values
        var gradient = [Float](repeating: .nan, count: picture.count)
        let terms = objective.terms(at: picture, gradient: &gradient)

        // PyTorch in single precision is within 1.3e-6 in the loss and 1.7e-5 in the gradient; Winograd's rounding is
        // some ten times that of direct sums, and a squared difference of covariances feels it most.
        #expect(abs(terms.content / golden.number("content") - 1) < 3e-5)
        #expect(abs(terms.style / golden.number("style") - 1) < 3e-5)
        #expect(abs(terms.totalVariation / golden.number("tv") - 1) < 1e-5)
        #expect(abs(objective.total(terms) / golden.number("loss") - 1) < 3e-5)
        let expected = golden.file["gradient"]!.values
        let error = zip(gradient, expected).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        let size = expected.reduce(0.0) { $0 + Double($1 * $1) }
        #expect((error / size).squareRoot() < 1e-4)
    }

    private func objective(of golden: Golden, _ loss: StyleLoss) throws -> StyleTransferObjective {
        var settings = try golden.settings()
        settings.styleLoss = loss
        return try StyleTransferObjective(
            network: Golden.network(), content: golden.planes("content"), styles: [(golden.planes("style0"), 1)],
            settings: settings)
    }

    /// As an optimizer that leaps may produce: not a crash but a loss that it can refuse.
    @Test(arguments: StyleLoss.allCases, [Float.nan, .infinity, 1e30])
    func aPictureBeyondNumbersHasNoLoss(loss: StyleLoss, pixel: Float) throws {
        let golden = try Golden("wasserstein-two-levels-23x37")
        let objective = try objective(of: golden, loss)
        var picture = golden.planes("picture").values
        picture[7] = pixel
        var gradient = picture
        #expect(!objective.evaluate(picture, gradient: &gradient).isFinite)
    }

    @Test func aStyleBeyondNumbersIsRefused() throws {
        let golden = try Golden("wasserstein-two-levels-23x37")
        var style = golden.planes("style0")
        for i in style.values.indices { style.values[i] *= 1e30 }
        #expect(throws: StyleTransferError.overflow(layer: "pixels")) {
            try StyleTransferObjective(
                network: Golden.network(), content: golden.planes("content"), styles: [(style, 1)],
                settings: golden.settings())
        }
    }

    @Test(arguments: StyleLoss.allCases)
    func theGradientIsTheSlopeOfTheLoss(loss: StyleLoss) throws {
        let golden = try Golden("wasserstein-two-levels-23x37")
        let objective = try objective(of: golden, loss)
        let x = golden.planes("picture").values
        var gradient = [Float](repeating: 0, count: x.count)
        var ignored = gradient
        _ = objective.evaluate(x, gradient: &gradient)
        var generator = SplitMix64(seed: 1)
        for _ in 0..<4 {
            // A random direction, not the gradient's own, which would hide an error of its length.
            let direction = x.map { _ in generator.nextUnit() - 0.5 }
            let step: Float = 1e-3
            let ahead = objective.evaluate(zip(x, direction).map { $0 + step * $1 }, gradient: &ignored)
            let behind = objective.evaluate(zip(x, direction).map { $0 - step * $1 }, gradient: &ignored)
            let slope = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0 * $1.1) }
            let size =
                gradient.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
                * direction.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
            // Steps of 0.001 cross some kinks of the ReLUs, and the difference of two losses keeps four digits.
            #expect(abs((ahead - behind) / Double(2 * step) - slope) < 2e-3 * size)
        }
    }

    @Test func theSamePictureAsContentAndStyleIsPerfect() throws {
        let golden = try Golden("wasserstein-24x24")
        var settings = try golden.settings()
        settings.totalVariationWeight = 0
        let image = golden.planes("content")
        for loss in StyleLoss.allCases {
            settings.styleLoss = loss
            let objective = try StyleTransferObjective(
                network: Golden.network(), content: image, styles: [(image, 1)], settings: settings)
            var gradient = [Float](repeating: 0, count: image.values.count)
            #expect(abs(objective.evaluate(image.values, gradient: &gradient)) < 1e-5)
        }
    }

    @Test(arguments: KernelSet.all.indices, StyleLoss.allCases)
    func pictureOfOneColourHasAFiniteLossAndGradient(variant: Int, loss: StyleLoss) throws {
        let file = try Golden("network").file
        let network = try FeatureNetwork(file, kernels: KernelSet.all[variant])
        let flat = Planes(count: 3, height: 5, width: 9, repeating: 1)
        let black = Planes(count: 3, height: 1, width: 1, repeating: 0)
        var settings = try Golden("activations-5x9").settings()
        settings.styleLoss = loss
        for (content, style) in [(flat, flat), (flat, black), (black, flat), (black, black)] {
            let objective = try StyleTransferObjective(
                network: network, content: content, styles: [(style, 1)], settings: settings)
            var gradient = [Float](repeating: 0, count: content.values.count)
            #expect(objective.evaluate(content.values, gradient: &gradient).isFinite)
            #expect(gradient.allSatisfy { $0.isFinite })
        }
    }

    /// Where colours are standardised, the variance of a flat one near the middle is rounding, of either sign.
    @Test(arguments: StyleLoss.allCases)
    func flatStylesOfEveryGreyHaveAFiniteLossAndGradient(_ loss: StyleLoss) throws {
        let network = try Golden.network()
        var settings = try Golden("activations-5x9").settings()
        settings.styleLoss = loss
        settings.styleLayers = [.init("pixels", 1)]
        let content = Planes(count: 3, height: 8, width: 8, values: (0..<192).map { Float($0 * 37 % 192) / 191 })
        for level in 0...255 {
            let style = Planes(count: 3, height: 32, width: 32, repeating: Float(level) / 255)
            let objective = try StyleTransferObjective(
                network: network, content: content, styles: [(style, 1)], settings: settings)
            var gradient = [Float](repeating: 0, count: content.values.count)
            let value = objective.evaluate(content.values, gradient: &gradient)
            #expect(value.isFinite && value >= 0 && gradient.allSatisfy(\.isFinite), "grey \(level)")
        }
    }

    @Test func theNumberOfThreadsChangesNoBit() throws {
        let golden = try Golden("wasserstein-two-levels-23x37")
        let objective = try golden.objective()
        let x = golden.planes("picture").values
        func run(_ threads: Int) -> (Double, [Float]) {
            Parallel.$threadCount.withValue(threads) {
                var gradient = [Float](repeating: 0, count: x.count)
                return (objective.evaluate(x, gradient: &gradient), gradient)
            }
        }
        let (one, three) = (run(1), run(3))
        #expect(one.0 == three.0 && one.1 == three.1)
    }

    @Test func aLayerTheNetworkDoesNotHaveIsRefusedWithThoseItHas() throws {
        let network = try Golden.network()
        var settings = try Golden("activations-5x9").settings()
        settings.styleLayers = [.init("relu9_1", 1)]
        #expect(
            throws: StyleTransferError.unknownLayer("relu9_1", known: ["pixels"] + network.layerNames)
        ) { try settings.validate(for: network) }
        settings.styleLayers = []
        settings.contentLayers = [.init("pixels", 1)]
        #expect(throws: StyleTransferError.unknownLayer("pixels", known: network.layerNames)) {
            try settings.validate(for: network)
        }
    }
}
