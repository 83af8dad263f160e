import Charts
import Files
import Foundation
import LearnedOptimization

/// What a comparison found, as a table, as JSON, as a CSV and as a plot.
public struct ComparisonReport {
    var comparison: Comparison
    var labels: [ComparedProblems.Label]
    var objective: ComparedObjective
    var seed: UInt64
    /// What the search for learning rates found, by the optimizer's name.
    var tuning: [String: LearningRateSearch.Outcome] = [:]
    /// Whether somebody stopped it before the end.
    public var stopped = false

    /// Whether there is no problem that all had a try at.
    public var isEmpty: Bool { comparison.problemCount == 0 }

    /// 4, 8, 16, ... up to the last evaluation, and the last.
    var points: [Int] {
        let last = comparison.evaluations
        return Array(sequence(first: 4) { $0 * 2 }.prefix { $0 < last }) + [last]
    }

    /// Whose final loss the others should reach: that of L-BFGS, or else of the first.
    private var reference: Int { comparison.names.firstIndex(of: BaselineOptimizer.lbfgs.rawValue) ?? 0 }

    /// `24 pairs, 256x256 pixels, 64 evaluations, seed 1`
    var title: String {
        let count = comparison.problemCount
        let problems =
            switch objective {
            case .style:
                "\(count.counted("pair")), \(labels[0].size)x\(labels[0].size) pixels"
            case .quadratic: "\(count.counted("quadratic")) of \(labels[0].size) dimensions"
            case .rosenbrock: "\(count.counted("Rosenbrock function")) of \(labels[0].size) dimensions"
            }
        return "\(problems), \(comparison.evaluations.counted("evaluation")), seed \(seed)"
    }
}

// MARK: - For people

extension ComparisonReport {
    public var text: String {
        var parts = [title, logRatios]
        if comparison.names.count > 1 { parts.append(winRates) }
        parts.append(rest)
        return parts.joined(separator: "\n\n")
    }

    private var indices: Range<Int> { comparison.names.indices }

    private var logRatios: String {
        let rows = indices.map { contestant in
            [comparison.names[contestant]]
                + points.map { point in
                    let ratio = comparison.meanLogRatio(contestant, at: point)
                    return "\(number(ratio.mean)) (\(number(ratio.lower)) to \(number(ratio.upper)))"
                }
        }
        return "Mean of log(lowest loss / loss at the start), with 95 % intervals; lower is better:\n"
            + TextTable(rows: [["evaluations"] + points.map(\.description)] + rows).text
    }

    private var winRates: String {
        let rows = indices.dropFirst().map { other in
            ["over " + comparison.names[other]]
                + points.map { percent(comparison.winRate(of: 0, over: other, at: $0)) }
        }
        return "How often \(comparison.names[0]) has the lower loss:\n"
            + TextTable(rows: [["evaluations"] + points.map(\.description)] + rows).text
    }

    private var rest: String {
        let last = comparison.evaluations
        let rows = indices.map { contestant in
            let reached = comparison.evaluationsToReachEnd(of: reference, by: contestant)
            return [
                comparison.names[contestant],
                reached.map { String(format: "%g", $0) } ?? "-",
                number(comparison.worstLogRatio(contestant, at: last)),
                (comparison.meanSeconds(contestant, at: last) / Double(last + 1) * 1000).short,
                percent(comparison.refusalRate(contestant)),
            ]
        }
        let header = ["", "evaluations to \(comparison.names[reference])'s end", "worst", "ms/evaluation", "refused"]
        return TextTable(rows: [header] + rows).text
    }

    private func number(_ value: Double) -> String { String(format: "%.2f", value) }

    private func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
}

// MARK: - For scripts

extension ComparisonReport {
    private struct JSON: Encodable {
        struct Point: Encodable {
            var evaluations: Int
            var seconds: Double
            var logRatio: Estimate
            /// By the other's name.
            var winRates: [String: Double]
        }

        struct Optimizer: Encodable {
            var name: String
            var learningRate: Float?
            var history: Int?
            var tuning: [LearningRateSearch.Candidate]?
            var points: [Point]
            var evaluationsToReachReference: Double?
            var worstLogRatio: Double
            var refusalRate: Double
        }

        var objective: String
        var size: Int
        var problems: Int
        var evaluations: Int
        var seed: UInt64
        var reference: String
        var optimizers: [Optimizer]
        var csv: String?
        var plot: String?
        var stopped: Bool
    }

    /// One line.
    public func json(csv: String?, plot: String?) throws -> String {
        let optimizers = indices.map { contestant in
            let name = comparison.names[contestant]
            let tuned = tuning[name]
            return JSON.Optimizer(
                name: name, learningRate: tuned?.best.learningRate,
                history: tuned?.kind == .lbfgs ? tuned?.best.history : nil, tuning: tuned?.candidates,
                points: points.map { point in
                    let others = indices.filter { $0 != contestant }
                    let rates = others.map { other in
                        (comparison.names[other], comparison.winRate(of: contestant, over: other, at: point))
                    }
                    return JSON.Point(
                        evaluations: point, seconds: comparison.meanSeconds(contestant, at: point),
                        logRatio: comparison.meanLogRatio(contestant, at: point),
                        winRates: Dictionary(uniqueKeysWithValues: rates))
                },
                evaluationsToReachReference: comparison.evaluationsToReachEnd(of: reference, by: contestant),
                worstLogRatio: comparison.worstLogRatio(contestant, at: comparison.evaluations),
                refusalRate: comparison.refusalRate(contestant))
        }
        return try jsonLine(
            JSON(
                objective: objective.rawValue, size: labels[0].size, problems: comparison.problemCount,
                evaluations: comparison.evaluations, seed: seed, reference: comparison.names[reference],
                optimizers: optimizers, csv: csv, plot: plot, stopped: stopped))
    }

    /// A row for each evaluation of each curve, from that of the start.
    var csv: CSV {
        var csv = CSV(columns: [
            "optimizer", "pair", "content", "style", "size", "evaluations", "seconds", "loss", "log_ratio",
        ])
        for curve in comparison.curves {
            let label = labels[curve.problem]
            for evaluation in curve.losses.indices {
                csv.append([
                    comparison.names[curve.contestant], String(curve.problem + 1), label.content, label.style,
                    String(label.size), String(evaluation), String(curve.seconds[evaluation]),
                    String(curve.losses[evaluation]), String(curve.logRatio(at: evaluation)),
                ])
            }
        }
        return csv
    }

    // MARK: - Plot

    /// Means by evaluations and by seconds.
    var plot: Plot {
        let counts = Array(1...comparison.evaluations)
        let means = indices.map { contestant in counts.map { comparison.meanLogRatio(contestant, at: $0) } }
        let seconds = indices.map { contestant in counts.map { comparison.meanSeconds(contestant, at: $0) } }
        let longest = seconds.compactMap(\.last).max() ?? 1
        let (unit, factor) =
            longest < 1e-3 ? ("microseconds", 1e6) : longest < 1 ? ("milliseconds", 1e3) : ("seconds", 1)
        let label = "mean of log(lowest loss / loss at the start)"
        return Plot(
            title: title,
            panels: [
                .init(
                    xLabel: "evaluations", yLabel: label, xScale: .log2,
                    series: indices.map { contestant in
                        Plot.Series(
                            comparison.names[contestant],
                            points: zip(counts, means[contestant]).map { (Double($0), $1.mean) },
                            band: means[contestant].map { ($0.lower, $0.upper) })
                    }),
                .init(
                    xLabel: unit, yLabel: label, xScale: .log10,
                    series: indices.map { contestant in
                        Plot.Series(
                            comparison.names[contestant],
                            points: zip(seconds[contestant], means[contestant]).map { ($0 * factor, $1.mean) })
                    }),
            ])
    }
    // MARK: - Files

    /// A file that cannot be written keeps neither the other nor whatever else is told from being so.
    ///
    /// - Parameter onWritten: called with each file.
    /// - Returns: what went wrong.
    public func write(csv: String?, plot: String?, replacing: Bool, onWritten: (String) -> Void) -> (any Error)? {
        var failure: (any Error)?
        func write(_ path: String?, _ body: (String) throws -> Void) {
            guard let path else { return }
            do {
                try body(path)
                onWritten(path)
            } catch {
                failure = failure ?? error
            }
        }
        write(csv) { try OutputFile.write(Array(self.csv.text.utf8), to: $0, replacing: replacing) }
        write(isEmpty ? nil : plot) {
            try PictureFile.write(self.plot.picture(), to: $0, replacing: replacing)
        }
        return failure
    }
}
