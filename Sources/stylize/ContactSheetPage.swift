import Imaging

/// A white page of square places, a row and a column more than there are contents and styles.
struct ContactSheetPage {
    private static let gap = 4

    private let cell: Int
    private let (width, height): (Int, Int)
    private var pixels: [Float]

    init(cell: Int, rows: Int, columns: Int) {
        self.cell = cell
        width = (columns + 1) * (cell + Self.gap) + Self.gap
        height = (rows + 1) * (cell + Self.gap) + Self.gap
        pixels = [Float](repeating: 1, count: 3 * width * height)
    }

    var picture: Picture { Picture(width: width, height: height, pixels: pixels) }

    /// Puts a picture in the middle of a place, as large as fits.
    mutating func place(_ picture: Picture, row: Int, column: Int) {
        let scale = Double(cell) / Double(max(picture.width, picture.height))
        func side(_ length: Int) -> Int { min(cell, max(1, Int((Double(length) * scale).rounded()))) }
        let fitted = picture.resized(width: side(picture.width), height: side(picture.height))
        let left = Self.gap + column * (cell + Self.gap) + (cell - fitted.width) / 2
        let top = Self.gap + row * (cell + Self.gap) + (cell - fitted.height) / 2
        for plane in 0..<3 {
            for y in 0..<fitted.height {
                let from = (plane * fitted.height + y) * fitted.width
                let to = (plane * height + top + y) * width + left
                pixels.replaceSubrange(to..<to + fitted.width, with: fitted.pixels[from..<from + fitted.width])
            }
        }
    }
}
