import Foundation
import Imaging
import Kernels

@testable import FeatureTraining

/// Pictures that differ in the direction, the width and the colours of their stripes.
func stripes(_ count: Int) -> [Picture] {
    (0..<count).map { index in
        let (width, height) = (96, 80)
        var generator = SplitMix64(seed: UInt64(index))
        let angle = Float.pi * Float(index) / Float(count)
        let frequency = 0.2 + 0.8 * generator.nextUnit()
        let colours = (0..<6).map { _ in generator.nextUnit() }
        var pixels: [Float] = []
        for plane in 0..<3 {
            for y in 0..<height {
                for x in 0..<width {
                    let wave = 0.5 + 0.5 * sin(frequency * (cos(angle) * Float(x) + sin(angle) * Float(y)))
                    pixels.append(colours[plane] + wave * (colours[plane + 3] - colours[plane]))
                }
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }
}

func sampler(_ pictures: [Picture]) -> CropSampler {
    var sampler = CropSampler()
    _ = sampler.add(Array(pictures.indices)) { pictures[$0] }
    return sampler
}

/// A small trainer of so many classes.
func smallTrainer(classCount: Int, steps: Int = 40) -> FeatureTrainer {
    var settings = FeatureTrainer.Settings()
    settings.architecture = Architecture("16,16/20")!
    settings.batch = 16
    settings.edge = 16
    settings.steps = steps
    settings.warmUp = 5
    return FeatureTrainer(settings, classCount: classCount)
}
