/// Rows of words in columns, the first flush left and the others flush right.
struct TextTable {
    var rows: [[String]]

    var text: String {
        let columnCount = rows.map(\.count).max() ?? 0
        let widths = (0..<columnCount).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, word in
                let padding = String(repeating: " ", count: widths[column] - word.count)
                return column == 0 ? word + padding : padding + word
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
