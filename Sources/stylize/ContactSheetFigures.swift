import Foundation
import Imaging
import PictureMetrics

/// What can be measured of paintings without a network.
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
        var seconds: Double
    }

    private(set) var rows: [Row] = []

    mutating func add(
        _ result: Picture, content: Picture, style: Picture, names: (content: String, style: String), seconds: Double
    ) {
        let distances = SlicedWasserstein().distances(result, style)
        rows.append(
            Row(
                content: names.content, style: names.style, styleDistances: distances,
                styleDistance: distances.reduce(0, +) / Double(distances.count),
                structureKept: PictureMetrics.structureKept(result, content: content), seconds: seconds))
    }

    private func mean(_ value: (Row) -> Double) -> Double { rows.reduce(0) { $0 + value($1) } / Double(rows.count) }

    private func short(_ value: Double) -> String { String(format: "%.4f", value) }

    var text: String {
        let scales = rows[0].styleDistances.indices
        func line(_ name: String, _ value: ((Row) -> Double) -> Double) -> [String] {
            [name] + scales.map { scale in short(value { $0.styleDistances[scale] }) }
                + [short(value(\.styleDistance)), short(value(\.structureKept))]
        }
        let heads = scales.map { $0 == 0 ? "full size" : "1/\(1 << $0)" }
        let table = TextTable(
            rows: [["style distance at"] + heads + ["mean", "structure kept"]]
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
        var csv = CSV(columns: ["content", "style"] + scales + ["style_distance", "structure_kept", "seconds"])
        for row in rows {
            csv.append(
                [row.content, row.style]
                    + (row.styleDistances + [row.styleDistance, row.structureKept, row.seconds]).map { "\($0)" })
        }
        return csv
    }
}
