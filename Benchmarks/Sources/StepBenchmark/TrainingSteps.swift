import FeatureTraining
import Imaging
import Kernels

/// A training of features on noise, for its speed alone.
struct TrainingSteps {
    private var trainer: FeatureTrainer
    private var crops = CropSampler()

    init(classCount: Int) {
        var generator = SplitMix64(seed: 1)
        let pictures = (0..<16).map { _ in
            Picture(
                width: 320, height: 256, pixels: (0..<3 * 320 * 256).map { _ in generator.nextUnit() })
        }
        // The last class is enough to make room for all.
        _ = crops.add(Array(0..<15) + [classCount - 1]) { pictures[$0] }
        trainer = FeatureTrainer(.init(), classCount: classCount)
    }

    var shape: String { "\(trainer.settings.batch) \(trainer.settings.edge)" }

    /// Milliseconds of each of `count` steps.
    mutating func time(_ count: Int) -> [Double] {
        (0..<count).map { _ in
            ContinuousClock().measure { _ = trainer.step(on: crops) } / .milliseconds(1)
        }
    }
}
