import FeatureNetwork
import Foundation
import Imaging
import Kernels
import Numerics
import Safetensors

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
    _ = sampler.add(pictures.count) { pictures[$0] }
    return sampler
}

/// A network of random weights in the format of the package, with the channels of each block.
func randomNetwork(_ blocks: [[Int]], pooling: Pooling = .max, seed: UInt64 = 1) -> FeatureNetwork {
    var generator = SplitMix64(seed: seed)
    let architecture = Architecture(blocks: blocks)!
    var file = SafetensorsFile(
        tensors: [:], metadata: ["architecture": architecture.fileDescription, "pool": pooling.rawValue])
    for layer in architecture.layers {
        let bound = (6 / Float(9 * layer.inputs)).squareRoot()
        func random(_ count: Int, _ bound: Float) -> [Float] {
            (0..<count).map { _ in (2 * generator.nextUnit() - 1) * bound }
        }
        file["\(layer.name).weight"] = .init(
            shape: [layer.outputs, layer.inputs, 3, 3], values: random(layer.outputs * layer.inputs * 9, bound))
        file["\(layer.name).bias"] = .init(shape: [layer.outputs], values: random(layer.outputs, 0.1))
    }
    return try! FeatureNetwork(file)
}

/// Of the teacher that `smallSettings` has a student for.
let smallTeacher = randomNetwork([[24, 24], [40]])

func smallSettings(steps: Int = 40) -> Distiller.Settings {
    var settings = Distiller.Settings()
    settings.architecture = Architecture("16,16/20")!
    settings.batch = 8
    settings.edge = 16
    settings.steps = steps
    settings.warmUp = 5
    return settings
}
