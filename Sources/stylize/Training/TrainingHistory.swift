import Foundation

/// What came of a training so far: how the optimizer did in validation, and what it has to beat.
struct TrainingHistory: Codable, Equatable {
    /// How something did on the problems of validation: the mean log of the lowest loss so far over that of the start,
    /// at each of the plan's points. Lower is better.
    struct Scores: Codable, Equatable {
        var name: String
        var values: [Double]

        var mean: Double { values.reduce(0, +) / Double(values.count) }
    }

    struct Validation: Codable, Equatable {
        /// How many steps of training there had been.
        var metaStep: Int
        var scores: Scores
    }

    /// The untrained optimizer and some made by hand.
    var baselines: [Scores]
    var validations: [Validation] = []
    /// The running mean of the loss that training brings down.
    var metaLoss: Double?
    /// Of objectives, in training.
    var evaluations = 0

    /// The best by the mean over all points: what the written optimizer scored.
    var best: Validation? { validations.min { $0.scores.mean < $1.scores.mean } }

    mutating func add(metaLoss: Double, evaluations: Int) {
        self.evaluations += evaluations
        guard metaLoss.isFinite else { return }
        self.metaLoss = self.metaLoss.map { 0.95 * $0 + 0.05 * metaLoss } ?? metaLoss
    }

    /// Rows of a table: everything that was scored, the last of training first.
    ///
    ///     mean log f/f_0 after           4      8     16     32
    ///     after 120 of 600 steps     -1.13  -1.76  -2.32  -2.63
    func table(points: [Int], metaSteps: Int) -> [String] {
        let latest = validations.last.map {
            Scores(name: "after \($0.metaStep) of \(metaSteps) steps", values: $0.scores.values)
        }
        let rows = [latest].compactMap(\.self) + baselines
        let heading = "mean log f/f_0 after"
        let width = ([heading] + rows.map(\.name)).map(\.count).max()! + 2
        func line(_ name: String, _ cells: [String]) -> String {
            name.padding(toLength: width, withPad: " ", startingAt: 0)
                + cells.map { String(repeating: " ", count: max(1, 8 - $0.count)) + $0 }.joined()
        }
        return [line(heading, points.map(\.description))]
            + rows.map { line($0.name, $0.values.map { String(format: "%.3f", $0) }) }
    }
}
