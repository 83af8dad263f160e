import Foundation
import Imaging
import PictureMetrics
import StyleTransfer

/// What can be measured of paintings: without a network, and by one if there is a judge.
public struct ContactSheetFigures {
    private struct Row: Encodable {
        /// As the sheet calls them.
        var names: (content: String, style: String)
        var report: PaintingReport
        var figures: Figures

        /// One object of both.
        func encode(to encoder: any Encoder) throws {
            try report.encode(to: encoder)
            try figures.encode(to: encoder)
        }
    }

    private struct Figures: Encodable {
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
    }

    private let isJudged: Bool
    private var rows: [Row] = []

    init(isJudged: Bool) { self.isJudged = isJudged }

    mutating func add(
        _ report: PaintingReport, _ result: Picture, content: Picture, style: Picture,
        names: (content: String, style: String), judged: NetworkJudge.Figures?
    ) {
        let distances = SlicedWasserstein().distances(result, style)
        let figures = Figures(
            styleDistances: distances, styleDistance: distances.reduce(0, +) / Double(distances.count),
            structureKept: PictureMetrics.structureKept(result, content: content),
            judgedStyleDistances: judged?.styleDistances, judgedStyleDistance: judged?.styleDistance,
            judgedContentDistance: judged?.contentDistance)
        rows.append(Row(names: names, report: report, figures: figures))
    }

    /// Over the rows that have the value.
    private func mean(_ value: (Figures) -> Double?) -> Double? {
        let values = rows.map(\.figures).compactMap(value)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    private func short(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "-" }

    public var text: String {
        let scales = rows[0].figures.styleDistances.indices
        func line(_ name: String, _ value: ((Figures) -> Double?) -> Double?) -> [String] {
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
                + rows.map { row in line("\(row.names.content) in the style of \(row.names.style)") { $0(row.figures) }
                }
                + [line("mean", mean)])
        return table.text
    }

    /// An object a line.
    public func json() throws -> String {
        try rows.map { try jsonLine($0) }.joined(separator: "\n")
    }

    public var csv: CSV {
        let scales = rows[0].figures.styleDistances.indices.map { "style_distance_\(1 << $0)" }
        var csv = CSV(
            columns: ["content", "style"] + scales + ["style_distance", "structure_kept"]
                + (isJudged ? ["judge_style", "judge_content"] : []) + ["seconds"])
        for row in rows {
            let figures = row.figures
            let judged = isJudged ? [figures.judgedStyleDistance, figures.judgedContentDistance] : []
            let numbers =
                figures.styleDistances + [figures.styleDistance, figures.structureKept] + judged + [row.report.seconds]
            csv.append([row.names.content, row.names.style] + numbers.map { $0.map { "\($0)" } ?? "" })
        }
        return csv
    }
}
