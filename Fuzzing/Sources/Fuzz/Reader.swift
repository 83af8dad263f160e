import FeatureNetwork
import Imaging
import Kernels
import LearnedOptimization
import Safetensors

/// Something that reads files from strangers.
enum Reader: String, CaseIterable {
    case png
    case jpeg
    /// Of a network's weights.
    case features
    /// Of a learned optimizer's weights.
    case optimizer

    /// More than any sound file in the corpus has, and little enough that false sizes are quick.
    private static let maximumPixels = 1 << 16

    /// Reads a file and uses what was in it.
    ///
    /// - Returns: false for a file that is refused.
    func accepts(_ bytes: [UInt8]) -> Bool {
        switch self {
        case .png, .jpeg:
            _ = StoredText.read(bytes)
            guard let picture = try? Picture(decoding: bytes, maximumPixels: Self.maximumPixels) else { return false }
            precondition(picture.pixels.allSatisfy { (0...1).contains($0) }, "colours are from 0 to 1")
        case .features:
            guard let network = try? FeatureNetwork(safetensors: bytes) else { return false }
            let (width, height) = (5, 3)
            let extractor = FeatureExtractor(
                network, width: width, height: height, taps: Set(network.layerNames.suffix(1)))
            extractor.forward([Float](repeating: 0.5, count: 3 * width * height))
        case .optimizer:
            guard let learned = try? LearnedOptimizer(safetensors: bytes) else { return false }
            let objective = Quadratic(matrix: [1, 0.5, 0, 2], y: [1, -1])
            var walk = learned.optimizer(for: objective, horizon: 3)
            _ = minimize(objective, from: [0, 0], with: &walk, evaluations: 3)
        }
        return true
    }
}
