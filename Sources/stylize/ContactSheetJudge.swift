import Imaging
import StyleTransfer

/// A network that measures the paintings of a contact sheet.
///
/// What it makes of each style and of a content is kept for the size that was asked for last: paintings of a sheet often
/// have but one.
struct ContactSheetJudge {
    private let judge: NetworkJudge
    /// By column.
    private var styles: [Int: NetworkJudge.Style] = [:]
    private var content: (row: Int, prepared: NetworkJudge.Content)?

    /// Throws when the file is no network, or one that lacks a layer.
    init(path: String) throws {
        let network = try FeaturesFile.read(path, pooling: nil)
        do {
            judge = try NetworkJudge(network: network)
        } catch {
            throw Failure(.input, "\(path) cannot be the judge: \(error).")
        }
    }

    mutating func figures(
        of painting: Picture, content: (row: Int, picture: Picture), style: (column: Int, picture: Picture)
    ) throws -> NetworkJudge.Figures {
        try usageErrors {
            if styles[style.column]?.size != painting.size {
                styles[style.column] = try judge.style(style.picture, at: painting.size)
            }
            if self.content.map({ $0.row != content.row || $0.prepared.size != painting.size }) ?? true {
                let prepared = try judge.content(content.picture, at: painting.size)
                self.content = (content.row, prepared)
            }
            return try judge.figures(
                of: painting, content: self.content!.prepared, style: styles[style.column]!)
        }
    }
}
