import FeatureNetwork
import Foundation
import Safetensors
import StyleTransfer

/// One side of the side-by-side with PyTorch: answers commands on standard input, a line each, so that both sides can be timed
/// in turn.
///
///     network <safetensors>     reads the weights                                     -> ok
///     load <safetensors>        content, style and picture, each [3, height, width]   -> ok
///     evaluate <safetensors>    writes the gradient at the picture                    -> loss
///     time <n>                  times n evaluations                                   -> milliseconds of each
@main struct StepBenchmark {
    static func main() throws {
        var network: FeatureNetwork?
        var objective: StyleTransferObjective?
        var picture: [Float] = [], gradient: [Float] = [], shape: [Int] = []
        while let line = readLine() {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard words.count == 2 else { fatalError("a command and its argument, not \(line)") }
            switch words[0] {
            case "network":
                network = try FeatureNetwork(SafetensorsFile(path: words[1]))
                print("ok")
            case "load":
                let file = try SafetensorsFile(path: words[1])
                func image(_ name: String) -> StyleTransferObjective.Image {
                    let tensor = file[name]!
                    return .init(width: tensor.shape[2], height: tensor.shape[1], pixels: tensor.values)
                }
                objective = try StyleTransferObjective(
                    network: network!, content: image("content"), styles: [(image("style"), 1)],
                    settings: ObjectiveSettings())
                picture = file["picture"]!.values
                shape = file["picture"]!.shape
                gradient = [Float](repeating: 0, count: picture.count)
                print("ok")
            case "evaluate":
                let loss = objective!.evaluate(picture, gradient: &gradient)
                try SafetensorsFile(tensors: ["gradient": .init(shape: shape, values: gradient)]).write(path: words[1])
                print(loss)
            case "time":
                let clock = ContinuousClock()
                let times = (0..<Int(words[1])!).map { _ in
                    clock.measure { _ = objective!.evaluate(picture, gradient: &gradient) } / .milliseconds(1)
                }
                print(times.map { String($0) }.joined(separator: " "))
            default: fatalError("no command \(words[0])")
            }
            fflush(nil)
        }
    }
}
