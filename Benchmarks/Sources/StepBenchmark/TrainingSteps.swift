import FeatureNetwork
import FeatureTraining
import Imaging
import Kernels
import Numerics
import Safetensors

/// A distillation on noise from a VGG-19 of random weights, for its speed alone.
struct TrainingSteps {
    private var distiller: Distiller
    private let crops: CropSampler

    /// - Parameter teacher: the path of the network to learn from.
    init(teacher: String) throws {
        var generator = SplitMix64(seed: 1)
        let pictures = (0..<16).map { _ in
            Picture(
                width: 320, height: 256, pixels: (0..<3 * 320 * 256).map { _ in generator.nextUnit() })
        }
        var crops = CropSampler()
        _ = crops.add(pictures.count) { pictures[$0] }
        self.crops = crops
        distiller = try Distiller(random: .init(), teacher: FeatureNetwork(SafetensorsFile(path: teacher)))
    }

    var shape: String { "\(distiller.settings.batch) \(distiller.settings.edge) \(distiller.settings.architecture)" }

    /// Milliseconds of each of `count` steps.
    mutating func time(_ count: Int) throws -> [Double] {
        try (0..<count).map { _ in
            try ContinuousClock().measure { _ = try distiller.step(on: crops) } / .milliseconds(1)
        }
    }
}
