import Foundation
import Imaging
import PictureMetrics
import StyleTransfer

/// What can be measured of paintings: without a network, and by one if there is a judge.
struct ContactSheetFigures {
    struct Row: Encodable {
        var content: String
        var style: String
        /// Sliced Wasserstein distances of patches of the painting and of the style, the finest scale first.
        var styleDistances: [Double]
        /// Their mean.
        var styleDistance: Double
        /// The correlation of luminance gradients of the painting and of the content.
        var structureKept: Double
        /// By the judge: at each of its layers, their mean, and how far the painting is from the content.
        var judgedStyleDistances: [Double]?
        var judgedStyleDistance: Double?
        var judgedContentDistance: Double?
        var seconds: Double
    }

    let isJudged: Bool
    private(set) var rows: [Row] = []

    init(isJudged: Bool) { self.isJudged = isJudged }

    mutating func add(
        _ result: Picture, content: Picture, style: Picture, names: (content: String, style: String), seconds: Double,
        judged: NetworkJudge.Figures?
    ) {
        let distances = SlicedWasserstein().distances(result, style)
        rows.append(
            Row(
                content: names.content, style: names.style, styleDistances: distances,
                styleDistance: distances.reduce(0, +) / Double(distances.count),
                structureKept: PictureMetrics.structureKept(result, content: content),
                judgedStyleDistances: judged?.styleDistances, judgedStyleDistance: judged?.styleDistance,
                judgedContentDistance: judged?.contentDistance, seconds: seconds))
    }

    /// Over the rows that have the value.
    private func mean(_ value: (Row) -> Double?) -> Double? {
        let values = rows.compactMap(value)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    private func short(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "-" }

    var text: String {
        let scales = rows[0].styleDistances.indices
        func line(_ name: String, _ value: ((Row) -> Double?) -> Double?) -> [String] {
            [name] + scales.map { scale in short(value { $0.styleDistances[scale] }) }
                + [short(value(\.styleDistance)), short(value(\.structureKept))]
                + (isJudged ? [short(value(\.judgedStyleDistance)), short(value(\.judgedContentDistance))] : [])
        }
        let heads = scales.map { $0 == 0 ? "full size" : "1/\(1 << $0)" }
        let table = TextTable(
            rows: [
                ["style distance at"] + heads + ["mean", "structure kept"]
                    + (isJudged ? ["judged style", "judged content"] : [])
            ]
                + rows.map { row in line("\(row.content) in the style of \(row.style)") { $0(row) } }
                + [line("mean", mean)])
        return table.text
    }

    /// An object a line.
    func json() throws -> String {
        try rows.map { try jsonLine($0) }.joined(separator: "\n")
    }

    var csv: CSV {
        let scales = rows[0].styleDistances.indices.map { "style_distance_\(1 << $0)" }
        var csv = CSV(
            columns: ["content", "style"] + scales + ["style_distance", "structure_kept"]
                + (isJudged ? ["judge_style", "judge_content"] : []) + ["seconds"])
        for row in rows {
            let judged = isJudged ? [row.judgedStyleDistance, row.judgedContentDistance] : []
            let figures = row.styleDistances + [row.styleDistance, row.structureKept] + judged + [row.seconds]
            csv.append([row.content, row.style] + figures.map { $0.map { "\($0)" } ?? "" })
        }
        return csv
    }
}
