import Foundation
import Numerics

/// A tensor that is learned, with what AdamW remembers of its gradients.
struct Parameter: Sendable {
    var values: [Float]
    /// Running means of the gradient and of its square.
    var mean: [Float]
    var meanSquare: [Float]
    /// Whether it decays: weights do, scales and biases do not.
    let decays: Bool

    init(_ values: [Float], decays: Bool) {
        self.values = values
        self.decays = decays
        mean = [Float](repeating: 0, count: values.count)
        meanSquare = mean
    }
}

/// Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv:1711.05101).
struct AdamW: Sendable {
    var beta1: Float = 0.9
    var beta2: Float = 0.999
    var epsilon: Float = 1e-8
    var weightDecay: Float = 1e-4

    /// Moves a parameter against its gradient.
    ///
    /// - Parameter step: how many steps there were, this one included; both means start from 0, which is corrected for.
    func update(_ parameter: inout Parameter, gradient: [Float], rate: Float, step: Int) {
        precondition(gradient.count == parameter.values.count)
        let correction = 1 - Float(pow(Double(beta1), Double(step)))
        let squareCorrection = 1 - Float(pow(Double(beta2), Double(step)))
        let keep = parameter.decays ? 1 - rate * weightDecay : 1
        let (b1, b2, epsilon) = (beta1, beta2, epsilon)
        let stretch = 1 << 15
        parameter.values.withUnsafeMutableBufferPointer { values in
            parameter.mean.withUnsafeMutableBufferPointer { mean in
                parameter.meanSquare.withUnsafeMutableBufferPointer { meanSquare in
                    gradient.withUnsafeBufferPointer { gradient in
                        let count = gradient.count
                        let shared = (values, mean, meanSquare, gradient)
                        Parallel.forEach((count + stretch - 1) / stretch, sharing: shared) { shared, part, _ in
                            let (x, m, v, g) = shared
                            for i in part * stretch..<min((part + 1) * stretch, g.count) {
                                m[i] = b1 * m[i] + (1 - b1) * g[i]
                                v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i]
                                let root = (v[i] / squareCorrection).squareRoot()
                                x[i] = keep * x[i] - rate * (m[i] / correction) / (root + epsilon)
                            }
                        }
                    }
                }
            }
        }
    }
}
