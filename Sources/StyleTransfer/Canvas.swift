/// A picture's planes with a margin that is painted too and cut off at the end.
///
/// Whatever a network pads with, it sees the border of a picture less often, or more often, than the rest, and leaves
/// specks there. The margin mirrors the picture, and takes the specks with it.
struct Canvas: Equatable {
    /// Of the picture, without the margin.
    let width: Int
    let height: Int
    /// Pixels added on the left and right, and above and below.
    let marginX: Int
    let marginY: Int

    /// Wide enough for what is left at the border by a few convolutions; a picture narrower than that mirrors what it
    /// has.
    private static let margin = 8

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        marginX = min(Self.margin, width - 1)
        marginY = min(Self.margin, height - 1)
    }

    var fullWidth: Int { width + 2 * marginX }
    var fullHeight: Int { height + 2 * marginY }

    /// Three planes of the picture's size to three of the canvas's, mirrored about the border pixels.
    func extend(_ planes: [Float]) -> [Float] {
        precondition(planes.count == 3 * width * height)
        func mirrored(_ i: Int, _ length: Int) -> Int {
            let distance = abs(i)
            return distance < length ? distance : 2 * (length - 1) - distance
        }
        let columns = (-marginX..<width + marginX).map { mirrored($0, width) }
        var result: [Float] = []
        result.reserveCapacity(3 * fullWidth * fullHeight)
        for plane in 0..<3 {
            for y in -marginY..<height + marginY {
                let row = (plane * height + mirrored(y, height)) * width
                for x in columns { result.append(planes[row + x]) }
            }
        }
        return result
    }

    /// Three planes of the canvas's size to three of the picture's.
    func crop(_ planes: [Float]) -> [Float] {
        precondition(planes.count == 3 * fullWidth * fullHeight)
        var result: [Float] = []
        result.reserveCapacity(3 * width * height)
        for plane in 0..<3 {
            for y in 0..<height {
                let start = (plane * fullHeight + y + marginY) * fullWidth + marginX
                result += planes[start..<start + width]
            }
        }
        return result
    }
}
