import Kernels
import Numerics
import Safetensors
import Testing

@testable import FeatureNetwork

@Suite struct FeatureExtractorTests {
    /// Every way a layer can be: pooled at once after the picture, one convolution or two between pools, odd channels,
    /// pooled last.
    static let architectures: [(String, [Int])] = [
        ("conv1_1", [5]),
        ("conv1_1 pool conv2_1 pool conv3_1", [16, 20, 33]),
        ("conv1_1 conv1_2 pool conv2_1 conv2_2 pool conv3_1 pool", [16, 16, 20, 32, 7]),
    ]

    /// Every kind of network a file may ask for.
    static let kinds: [[String: String]] = [
        [:], ["padding": "zeros"], ["pool": "max"], ["pool": "blur"], ["padding": "zeros", "pool": "max 2x2"],
    ]

    private func network(_ architecture: Int, _ kind: [String: String], _ variant: Int) throws -> FeatureNetwork {
        let (layers, channels) = Self.architectures[architecture]
        var file = randomNetwork(layers, channels: channels)
        file.metadata.merge(kind) { $1 }
        return try FeatureNetwork(file, kernels: KernelSet.all[variant])
    }

    @Test(arguments: architectures.indices, kinds)
    func everyKindOfNetworkKeepsToItsActivationsAndHasTheirSlopeAsGradient(
        architecture: Int, kind: [String: String]
    ) throws {
        for variant in KernelSet.all.indices {
            let network = try network(architecture, kind, variant)
            try checkWhatIsKept(network)
            try checkTheGradient(network)
        }
    }

    private func picture(_ width: Int, _ height: Int) -> [Float] {
        var generator = SplitMix64(seed: 9)
        return (0..<3 * width * height).map { _ in generator.nextUnit() }
    }

    @Test(arguments: architectures.indices, KernelSet.all.indices)
    func whatIsKeptDoesNotChangeWhatIsComputed(architecture: Int, variant: Int) throws {
        try checkWhatIsKept(network(architecture, [:], variant))
    }

    private func checkWhatIsKept(_ network: FeatureNetwork) throws {
        for (width, height) in [(1, 1), (2, 3), (13, 9), (24, 16)] {
            let x = picture(width, height)
            let all = FeatureExtractor(network, width: width, height: height, taps: Set(network.layerNames))
            all.forward(x)
            for name in network.layerNames {
                let one = FeatureExtractor(network, width: width, height: height, taps: [name])
                one.forward(x)
                #expect(one.activations(of: name).planar == all.activations(of: name).planar, "\(name)")
            }
        }
    }

    @Test(arguments: architectures.indices, KernelSet.all.indices)
    func theGradientIsTheSlopeOfARandomlyWeightedSumOfSquares(architecture: Int, variant: Int) throws {
        try checkTheGradient(network(architecture, [:], variant))
    }

    private func checkTheGradient(_ network: FeatureNetwork) throws {
        let (width, height) = (13, 9)
        // Losses at the last layer alone, and at every layer at once.
        for taps in [[network.layerNames.last!], network.layerNames] {
            let extractor = FeatureExtractor(network, width: width, height: height, taps: Set(taps))
            let x = picture(width, height)
            extractor.forward(picture(width, height).map { 1 - $0 })
            let targets = taps.map { ($0, extractor.activations(of: $0).copy()) }
            func loss(_ pixels: [Float]) -> Double {
                extractor.forward(pixels)
                return targets.reduce(0.0) {
                    $0 + extractor.activations(of: $1.0).squaredDifference(from: $1.1, kernels: network.kernels)
                }
            }
            _ = loss(x)
            var losses: [String: LayerGradient] = [:]
            for (name, target) in targets {
                losses[name, default: LayerGradient()].add(differenceFrom: target, scale: 2)
            }
            var gradient = [Float](repeating: 0, count: x.count)
            extractor.backward(losses, addingTo: &gradient)

            var generator = SplitMix64(seed: 4)
            for _ in 0..<3 {
                let direction = x.map { _ in generator.nextUnit() - 0.5 }
                let step: Float = 1e-3
                let ahead = loss(zip(x, direction).map { $0 + step * $1 })
                let behind = loss(zip(x, direction).map { $0 - step * $1 })
                let slope = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0 * $1.1) }
                let size =
                    gradient.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
                    * direction.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
                // Of a step of 0.001 a few ReLUs have a kink, and the difference of sums keeps four digits. Maxima have
                // more kinks, one a cell.
                let tolerance = network.pooling == .max ? 1e-2 : 2e-3
                #expect(abs((ahead - behind) / Double(2 * step) - slope) < tolerance * size)
            }
        }
    }

    @Test(arguments: architectures.indices, kinds)
    func aBatchWithoutAWayBackHasTheActivationsOfEachPicture(architecture: Int, kind: [String: String]) throws {
        for variant in KernelSet.all.indices {
            let network = try network(architecture, kind, variant)
            let (width, height, images) = (13, 9, 3)
            var generator = SplitMix64(seed: 4)
            let pictures = (0..<images).map { _ in (0..<3 * width * height).map { _ in generator.nextUnit() } }
            // All layers are read, or the last alone.
            for taps in [Set(network.layerNames), [network.layerNames.last!]] {
                let batch = FeatureExtractor(
                    network, images: images, width: width, height: height, taps: taps, for: .activations)
                batch.forward(Array(pictures.joined()))
                let single = FeatureExtractor(network, width: width, height: height, taps: taps)
                for (image, picture) in pictures.enumerated() {
                    single.forward(picture)
                    for tap in taps {
                        let (found, expected) = (batch.activations(of: tap), single.activations(of: tap))
                        let differences = (0..<expected.channels).flatMap { c in
                            (0..<expected.height).flatMap { y in
                                (0..<expected.width).map {
                                    abs(found[c, image * expected.height + y, $0] - expected[c, y, $0])
                                }
                            }
                        }
                        // Tiles of several pictures are multiplied together: the same sums, in the same order.
                        #expect(differences.max()! < 1e-5, "\(tap) of picture \(image)")
                    }
                }
            }
        }
    }

    @Test(arguments: kinds) func preactivationsAreWhatTheLastReLUWouldBeGiven(kind: [String: String]) throws {
        let network = try network(2, kind, KernelSet.all.count - 1)
        for tap in network.layerNames {
            let (linear, rectified) = (
                FeatureExtractor(network, width: 13, height: 9, taps: [tap], for: .preactivations),
                FeatureExtractor(network, width: 13, height: 9, taps: [tap], for: .activations)
            )
            for extractor in [linear, rectified] { extractor.forward(picture(13, 9)) }
            let before = linear.activations(of: tap).planar
            #expect(before.contains { $0 < 0 })
            #expect(before.map { max(0, $0) } == rectified.activations(of: tap).planar)
        }
    }
}
