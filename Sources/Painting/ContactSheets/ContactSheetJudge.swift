import Files
import Imaging
import StyleTransfer

/// A network that measures the paintings of a contact sheet.
public struct ContactSheetJudge: Sendable {
    /// A style or a content by its place on the sheet, made ready for paintings of a size.
    private struct Prepared: Equatable {
        var place: Int
        var size: PictureSize
    }

    private let judge: NetworkJudge
    private let styles: SharedCache<Prepared, NetworkJudge.Style>
    private let contents = SharedCache<Prepared, NetworkJudge.Content>(capacity: 1)

    /// - Parameter styleCount: how many styles the sheet has.
    /// - Throws: `Failure` when the file is no network, or one that lacks a layer.
    public init(path: String, styleCount: Int) throws {
        let network = try FeaturesFile.read(path, pooling: nil)
        do {
            judge = try NetworkJudge(network: network)
        } catch {
            throw Failure(.input, "\(path) cannot be the judge: \(error).")
        }
        styles = SharedCache(capacity: styleCount)
    }

    func figures(
        of painting: Picture, content: (row: Int, picture: Picture), style: (column: Int, picture: Picture)
    ) throws -> NetworkJudge.Figures {
        try failures {
            let style = try styles.value(for: Prepared(place: style.column, size: painting.size)) {
                try judge.style(style.picture, at: painting.size)
            }
            let content = try contents.value(for: Prepared(place: content.row, size: painting.size)) {
                try judge.content(content.picture, at: painting.size)
            }
            return try judge.figures(of: painting, content: content, style: style)
        }
    }
}
