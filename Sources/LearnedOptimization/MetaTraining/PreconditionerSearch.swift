import Foundation
import Numerics

/// Finds the preconditioner with which L-BFGS does best on given problems, for a learned optimizer to begin with.
///
/// The gains are the inverse of the curvature that the problems have where L-BFGS arrives at, octave by octave and in
/// the mean of logarithms; times t^k for octave k, as a walk has farther to go in what is broad. The tilt t is
/// searched.
public enum PreconditionerSearch {
    private static let tiltFactor: Float = 1.25

    /// - Parameters:
    ///   - architecture: one with a quasi-Newton direction.
    ///   - evaluations: of each problem, beyond that of the start.
    ///   - onCurve: called after each walk down a problem; its answer carries on or stops.
    /// - Returns: the identity where nothing else is better; `nil` when stopped.
    public static func run(
        _ architecture: LearnedOptimizer.Architecture, on problems: [Problem], evaluations: Int,
        onCurve: () -> Continuation = { .carryOn }
    ) -> Preconditioner? {
        precondition(architecture.update.isQuasiNewton && !problems.isEmpty && evaluations > 0)
        let points = Set([evaluations / 4, evaluations / 2, evaluations]).filter { $0 > 0 }.sorted()
        /// The sum of the mean log ratios after a quarter, a half and all of the evaluations.
        func score(_ candidate: Preconditioner) -> Double? {
            let contestant = Contestant(name: "", LearnedOptimizer(untrained: architecture, preconditioner: candidate))
            let comparison = Comparison.runUnlessStopped(
                [contestant], on: problems, evaluations: evaluations, onCurve: onCurve)
            return comparison.map { comparison in points.reduce(0) { $0 + comparison.meanLogRatio(0, at: $1).mean } }
        }

        guard var lowest = score(.identity) else { return nil }
        var best = Preconditioner.identity
        var curvatures: [OctaveCurvature] = []
        for (index, problem) in problems.enumerated() {
            var optimizer = LBFGS(bounds: problem.objective.bounds)
            let end = minimize(problem.objective, from: problem.start, with: &optimizer, evaluations: evaluations)
            guard onCurve() == .carryOn else { return nil }
            var generator = SplitMix64(seed: UInt64(index))
            let curvature = OctaveCurvature(of: problem.objective, at: end.parameters, using: &generator)
            if (curvature.luma + curvature.chroma).allSatisfy(\.isFinite) { curvatures.append(curvature) }
        }
        guard !curvatures.isEmpty else { return .identity }
        let inverse = Preconditioner(inverseOf: curvatures)
        var tilt: Float = 1
        while true {
            let candidate = inverse.tilted(tilt)
            guard let score = score(candidate) else { return nil }
            guard score < lowest else { return best }
            (best, lowest) = (candidate, score)
            tilt *= tiltFactor
        }
    }
}

extension Preconditioner {
    /// Gains that are the inverse of the curvatures' geometric means, with 1 for the finest detail that sets planes
    /// apart.
    ///
    /// An octave that only some problems have is to the one before as it is in those; beyond those that any has, gains
    /// stay.
    fileprivate init(inverseOf curvatures: [OctaveCurvature]) {
        let curvatures = curvatures.map(\.logarithms)
        /// The mean of so much of a curvature's logarithm as is told of by some.
        func mean(_ difference: (OctaveCurvature) -> Double?) -> Double {
            let known = curvatures.compactMap(difference)
            return known.reduce(0, +) / Double(max(known.count, 1))
        }
        func gains(_ kind: KeyPath<OctaveCurvature, [Double]>) -> [Float] {
            var logarithm = -mean { $0[keyPath: kind][0] - $0.chroma[0] }
            return (0..<Self.octaves).map { octave in
                if octave > 0 {
                    logarithm -= mean {
                        $0[keyPath: kind].count > octave
                            ? $0[keyPath: kind][octave] - $0[keyPath: kind][octave - 1] : nil
                    }
                }
                return Float(exp(logarithm))
            }
        }
        self.init(luma: gains(\.luma), chroma: gains(\.chroma))
    }

    fileprivate func tilted(_ tilt: Float) -> Preconditioner {
        func tilted(_ gains: [Float]) -> [Float] { gains.enumerated().map { $1 * pow(tilt, Float($0)) } }
        return Preconditioner(luma: tilted(luma), chroma: tilted(chroma))
    }
}

extension OctaveCurvature {
    /// The Hessian may be indefinite: what is hardly or not at all positive counts as a thousandth of the largest.
    fileprivate var logarithms: OctaveCurvature {
        let least = max(1e-3 * (luma + chroma).max()!, .leastNormalMagnitude)
        var result = self
        result.luma = luma.map { log(max($0, least)) }
        result.chroma = chroma.map { log(max($0, least)) }
        return result
    }
}
