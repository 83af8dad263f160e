import Imaging

/// A white page of pictures in rows and columns. Each fits into a square; rows are only as high as what is in them.
struct ContactSheetPage {
    private static let gap = 4

    private let cell: Int
    private var places: [(picture: Picture, row: Int, column: Int)] = []

    /// - Parameter cell: the edge of a place in pixels.
    init(cell: Int) { self.cell = cell }

    /// Puts a picture in the middle of a place, as large as fits.
    mutating func place(_ picture: Picture, row: Int, column: Int) {
        places.append((picture.resized(to: picture.size.withLongestEdge(cell)), row, column))
    }

    static func width(columns: Int, cell: Int) -> Int { columns * (cell + gap) + gap }

    /// Of each row.
    private var heights: [Int] {
        let rowCount = (places.map(\.row).max() ?? -1) + 1
        return (0..<rowCount).map { row in places.filter { $0.row == row }.map(\.picture.height).max() ?? 0 }
    }

    var size: PictureSize {
        PictureSize(
            width: Self.width(columns: (places.map(\.column).max() ?? 0) + 1, cell: cell),
            height: heights.reduce(Self.gap) { $0 + $1 + Self.gap })
    }

    var picture: Picture {
        let (width, height, heights) = (size.width, size.height, heights)
        let tops = heights.indices.map { row in heights[..<row].reduce(Self.gap) { $0 + $1 + Self.gap } }
        var pixels = [Float](repeating: 1, count: 3 * width * height)
        for (picture, row, column) in places {
            let left = Self.gap + column * (cell + Self.gap) + (cell - picture.width) / 2
            let top = tops[row] + (heights[row] - picture.height) / 2
            for plane in 0..<3 {
                for y in 0..<picture.height {
                    let from = (plane * picture.height + y) * picture.width
                    let to = (plane * height + top + y) * width + left
                    pixels.replaceSubrange(
                        to..<to + picture.width, with: picture.pixels[from..<from + picture.width])
                }
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }
}
