import Foundation
import Kernels
import Numerics
import Testing

@testable import StyleTransfer

@Suite struct GaussianWassersteinTests {
    private func diagonal(_ values: [Double]) -> [Double] {
        var matrix = [Double](repeating: 0, count: values.count * values.count)
        for (i, value) in values.enumerated() { matrix[i * values.count + i] = value }
        return matrix
    }

    @Test(arguments: KernelSet.all.indices)
    func commutingCovariancesAreAsFarApartAsTheirDeviations(variant: Int) {
        let n = 32
        let epsilon = 1e-4
        let a = (0..<n).map { Double($0) / 10 }
        let b = (0..<n).map { Double(($0 * 7) % n) / 5 }
        let distance = GaussianWasserstein(
            covariance: diagonal(b), n: n, epsilon: epsilon, kernels: KernelSet.all[variant])
        let (value, gradient) = distance.distance(to: diagonal(a))
        let roots = zip(a, b).map { (($0 + epsilon).squareRoot(), ($1 + epsilon).squareRoot()) }
        let expected = roots.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect(abs(value - expected) < 1e-4)  // a difference of traces of about 100 in single precision
        for (i, (x, y)) in roots.enumerated() {
            // d/dC of C + S - 2 (C S)^1/2; the root of the smallest eigenvalue is known to three digits.
            #expect(abs(gradient[i * n + i] - (1 - y / x)) < 2e-3 * max(1, y / x))
        }
    }

    @Test func theGradientIsTheSlopeForCovariancesThatDoNotCommute() {
        let n = 48
        var generator = SplitMix64(seed: 5)
        func randomCovariance() -> [Double] {
            // Eigenvalues over several decades, as those of activations are.
            let a = (0..<n * n).map { Double(generator.nextUnit() - 0.5) * pow(10, -3 * Double($0 % n) / Double(n)) }
            var c = [Double](repeating: 0, count: n * n)
            for i in 0..<n { for j in 0..<n { for k in 0..<n { c[i * n + j] += a[i * n + k] * a[j * n + k] } } }
            return c
        }
        let (c, s) = (randomCovariance(), randomCovariance())
        let distance = GaussianWasserstein(covariance: s, n: n, epsilon: 1e-4, kernels: .best)
        let (_, gradient) = distance.distance(to: c)
        for _ in 0..<3 {
            // C moved as (1 + t E) C (1 + t E)^T stays a covariance.
            let e = (0..<n * n).map { _ in Double(generator.nextUnit() - 0.5) / 10 }
            func moved(_ t: Double) -> [Double] {
                var left = c
                var both = left
                for i in 0..<n {
                    for j in 0..<n { for k in 0..<n { left[i * n + j] += t * e[i * n + k] * c[k * n + j] } }
                }
                both = left
                for i in 0..<n {
                    for j in 0..<n { for k in 0..<n { both[i * n + j] += t * left[i * n + k] * e[j * n + k] } }
                }
                return both
            }
            let step = 1e-2
            let (ahead, behind) = (moved(step), moved(-step))
            let difference = distance.distance(to: ahead).value - distance.distance(to: behind).value
            let slope = zip(gradient, zip(ahead, behind)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
            // Third order in the step, and a difference of traces of about 10 in single precision.
            #expect(abs(difference - slope) < 1e-4 + 2e-3 * abs(slope))
        }
    }
}
