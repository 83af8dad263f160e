/// Letters as lines of a pen.
///
/// A glyph is drawn on a grid: the baseline is at 0, small letters reach to 4, capitals and digits to 6, descenders to
/// -2. A stroke beginning with `~` is a quadratic B-spline through its ends, drawn towards the points between them; a
/// point named twice is a corner. One beginning with `o` is such a spline without ends.
enum StrokeFont {
    struct Glyph {
        /// Where the next glyph begins.
        var advance: Double
        var strokes: [[Point]]
    }

    /// The grid's units in the height of a capital.
    static let capHeight = 6.0
    private static let space = 1.5

    static func glyph(_ character: Character) -> Glyph { glyphs[character] ?? unknown }

    /// The width of a line of text whose capitals are `height` high.
    static func width(of text: String, height: Double) -> Double {
        let advance = text.reduce(0) { $0 + glyph($1).advance }
        return max(0, advance - space) * height / capHeight
    }

    private static let unknown = parse("3.4 0,0 3.4,0 3.4,6 0,6 0,0")

    private static let glyphs = definitions.mapValues(parse)

    /// The glyph's width, then its strokes, separated by bars.
    private static let definitions: [Character: String] = [
        " ": "1.2",
        "A": "4.4 0,0 2.2,6 4.4,0 | 0.8,2.1 3.6,2.1",
        "B": "3.8 0,0 0,6 | ~0,6 2,6 2,6 3.6,6 3.6,3.2 2,3.2 2,3.2 0,3.2 | ~2,3.2 3.9,3.2 3.9,0 2,0 2,0 0,0",
        "C": "4.3 ~4.2,4.7 3.7,6 0,6 0,0 3.7,0 4.3,1.3",
        "D": "4.1 0,0 0,6 | ~0,6 1.4,6 1.4,6 4.2,6 4.2,0 1.4,0 1.4,0 0,0",
        "E": "3.4 3.4,0 0,0 0,6 3.4,6 | 0,3.1 3,3.1",
        "F": "3.3 0,0 0,6 3.3,6 | 0,3 2.9,3",
        "G": "4.4 ~4.2,4.8 3.6,6 0,6 0,0 3.7,0 4.3,1 4.3,1 4.3,2.8 | 2.6,2.8 4.3,2.8",
        "H": "4 0,0 0,6 | 4,0 4,6 | 0,3.1 4,3.1",
        "I": "0.2 0.1,0 0.1,6",
        "J": "2.7 ~2.7,6 2.7,2 2.7,2 2.7,0 1.3,0 0.2,0 0,1.5",
        "K": "3.9 0,0 0,6 | 3.8,6 0,2.2 | 1.4,3.6 4,0",
        "L": "3.2 0,6 0,0 3.2,0",
        "M": "4.8 0,0 0,6 2.4,1.6 4.8,6 4.8,0",
        "N": "4 0,0 0,6 4,0 4,6",
        "O": "4.7 o4.7,6 4.7,0 0,0 0,6",
        "P": "3.8 0,0 0,6 | ~0,6 2.1,6 2.1,6 3.9,6 3.9,2.8 2.1,2.8 2.1,2.8 0,2.8",
        "Q": "4.7 o4.7,6 4.7,0 0,0 0,6 | 2.9,1.6 4.7,-0.4",
        "R": "3.9 0,0 0,6 | ~0,6 2.1,6 2.1,6 3.8,6 3.8,3 2.1,3 2.1,3 0,3 | 2,3 3.9,0",
        "S": "3.8 ~3.6,4.8 3.1,6 0.1,6 0.1,3.5 3.8,2.8 3.8,0 0.4,0 0,1.3",
        "T": "4 2,0 2,6 | 0,6 4,6",
        "U": "4 ~0,6 0,2.4 0,2.4 0,0 4,0 4,2.4 4,2.4 4,6",
        "V": "4.2 0,6 2.1,0 4.2,6",
        "W": "6 0,6 1.5,0 3,5.4 4.5,0 6,6",
        "X": "4 0,6 4,0 | 0,0 4,6",
        "Y": "4.2 0,6 2.1,3 4.2,6 | 2.1,3 2.1,0",
        "Z": "3.9 0,6 3.8,6 0,0 3.9,0",
        "a": "3.2 o3.2,4 3.2,0 0,0 0,4 | 3.2,4 3.2,0",
        "b": "3.2 o3.2,4 3.2,0 0,0 0,4 | 0,6 0,0",
        "c": "2.9 ~2.9,3.2 2.5,4 0,4 0,0 2.5,0 2.9,0.8",
        "d": "3.2 o3.2,4 3.2,0 0,0 0,4 | 3.2,6 3.2,0",
        "e": "3.1 ~0,2.1 3.1,2.1 3.1,2.1 3.1,4 0,4 0,0 2.5,0 3,0.8",
        "f": "2 ~2,6 0.7,6 0.7,4.8 0.7,4.8 0.7,0 | 0,4 1.9,4",
        "g": "3.2 o3.2,4 3.2,0 0,0 0,4 | ~3.2,4 3.2,-0.4 3.2,-0.4 3.2,-2 0.6,-2 0.2,-1.2",
        "h": "2.9 0,0 0,6 | ~0,2.4 0.1,4 2.9,4 2.9,2.2 2.9,2.2 2.9,0",
        "i": "0.2 0.1,0 0.1,4 | 0.1,5.6 0.1,5.7",
        "j": "1 ~0.9,4 0.9,-0.9 0.9,-0.9 0.9,-2 -0.2,-2 | 0.9,5.6 0.9,5.7",
        "k": "2.8 0,0 0,6 | 2.6,4 0,1.5 | 1,2.5 2.8,0",
        "l": "0.2 0.1,0 0.1,6",
        "m": "4.8 0,0 0,4 | ~0,2.4 0.1,4 2.4,4 2.4,2.4 2.4,2.4 2.4,0 | ~2.4,2.4 2.5,4 4.8,4 4.8,2.4 4.8,2.4 4.8,0",
        "n": "2.9 0,0 0,4 | ~0,2.4 0.1,4 2.9,4 2.9,2.2 2.9,2.2 2.9,0",
        "o": "3.3 o3.3,4 3.3,0 0,0 0,4",
        "p": "3.2 o3.2,4 3.2,0 0,0 0,4 | 0,4 0,-2",
        "q": "3.2 o3.2,4 3.2,0 0,0 0,4 | 3.2,4 3.2,-2",
        "r": "1.8 0,0 0,4 | ~0,2.2 0.2,4 1.8,3.9",
        "s": "2.6 ~2.5,3.2 2.2,4 0.1,4 0.1,2.3 2.7,1.8 2.7,0 0.3,0 0,0.9",
        "t": "1.9 ~0.7,5.3 0.7,1.2 0.7,1.2 0.7,0 1.9,0.05 | 0,4 1.9,4",
        "u": "2.9 2.9,4 2.9,0 | ~2.9,1.6 2.8,0 0,0 0,1.8 0,1.8 0,4",
        "v": "2.9 0,4 1.45,0 2.9,4",
        "w": "4.4 0,4 1.1,0 2.2,3.8 3.3,0 4.4,4",
        "x": "2.8 0,4 2.8,0 | 0,0 2.8,4",
        "y": "2.9 0,4 1.5,0.1 | ~2.9,4 1.4,-0.2 1.4,-0.2 0.8,-2 -0.1,-1.9",
        "z": "2.7 0,4 2.6,4 0,0 2.7,0",
        "0": "3.4 o3.4,6 3.4,0 0,0 0,6",
        "1": "3.4 0.6,4.8 2,6 2,0",
        "2": "3.4 ~0.2,4.5 0.4,6 3.3,6 3.3,3.6 1.9,2 1.9,2 0.1,0 0.1,0 3.4,0",
        "3": "3.4 ~0.2,4.9 0.6,6 3.2,6 3.2,3.3 1.3,3.3 1.3,3.3 3.4,3.3 3.4,0 0.3,0 0,1.2",
        "4": "3.6 2.7,0 2.7,6 0,1.8 3.6,1.8",
        "5": "3.4 3,6 0.6,6 0.3,3.2 | ~0.3,3.2 0.9,3.8 3.4,3.8 3.4,0 0.3,0 0,1.1",
        "6": "3.4 ~3,5.2 2.6,6 0,6 0,2.4 0,1.8 | o3.4,3.6 3.4,0 0,0 0,3.6",
        "7": "3.4 0,6 3.4,6 1.1,0",
        "8": "3.4 o3.2,6 3.2,3.3 0.2,3.3 0.2,6 | o3.4,3.3 3.4,0 0,0 0,3.3",
        "9": "3.4 ~0.4,0.8 0.8,0 3.4,0 3.4,3.6 3.4,4.2 | o3.4,6 3.4,2.4 0,2.4 0,6",
        ".": "0.3 0.15,0 0.15,0.1",
        ",": "0.5 0.4,0.1 0.1,-1.1",
        ":": "0.3 0.15,0 0.15,0.1 | 0.15,3.3 0.15,3.4",
        ";": "0.5 0.4,0.1 0.1,-1.1 | 0.4,3.3 0.4,3.4",
        "'": "0.2 0.1,6 0.1,4.5",
        "\"": "1.2 0.1,6 0.1,4.5 | 1.1,6 1.1,4.5",
        "!": "0.2 0.1,6 0.1,1.9 | 0.1,0 0.1,0.1",
        "?": "2.9 ~0,4.8 0.2,6 2.9,6 2.9,3.6 1.4,3.2 1.4,1.8 | 1.4,0 1.4,0.1",
        "-": "2 0,2.3 2,2.3",
        "−": "3.2 0,2.9 3.2,2.9",
        "+": "3.2 0,2.9 3.2,2.9 | 1.6,1.3 1.6,4.5",
        "×": "2.6 0,1.6 2.6,4.2 | 0,4.2 2.6,1.6",
        "=": "3.2 0,3.8 3.2,3.8 | 0,2 3.2,2",
        "<": "3 3,4.8 0,2.9 3,1",
        ">": "3 0,4.8 3,2.9 0,1",
        "/": "2.4 0,-0.8 2.4,6.6",
        "|": "0.2 0.1,-1.2 0.1,6.8",
        "_": "3 0,-0.6 3,-0.6",
        "(": "1.3 ~1.3,6.8 0,5 0,2.8 0,0.6 1.3,-1.2",
        ")": "1.3 ~0,6.8 1.3,5 1.3,2.8 1.3,0.6 0,-1.2",
        "[": "1.2 1.2,6.8 0,6.8 0,-1.2 1.2,-1.2",
        "]": "1.2 0,6.8 1.2,6.8 1.2,-1.2 0,-1.2",
        "%": "5 0.7,0 4.3,6 | o2.2,6 2.2,3.2 0,3.2 0,6 | o5,2.8 5,0 2.8,0 2.8,2.8",
        "*": "2.6 1.3,6 1.3,3 | 0,5.25 2.6,3.75 | 0,3.75 2.6,5.25",
        "#": "3.6 1.2,6 0.8,0 | 2.8,6 2.4,0 | 0.1,4.1 3.6,4.1 | 0,1.9 3.5,1.9",
        "µ": "2.9 2.9,4 2.9,0 | ~2.9,1.6 2.8,0 0.1,0 0,1.4 | 0,4 0,-2",
        "·": "0.3 0.15,2.6 0.15,2.7",
        "–": "3 0,2.5 3,2.5",
        "…": "3.2 0.1,0 0.1,0.1 | 1.6,0 1.6,0.1 | 3.1,0 3.1,0.1",
    ]

    private static func parse(_ definition: String) -> Glyph {
        let (width, drawing) = split(definition)
        let strokes = drawing.split(separator: "|").map { text in
            var text = text.drop { $0 == " " }
            let kind = text.first
            if kind == "~" || kind == "o" { text.removeFirst() }
            let points = text.split(separator: " ").map { pair in
                let numbers = pair.split(separator: ",").map { Double($0)! }
                return Point(numbers[0], numbers[1])
            }
            return switch kind {
            case "~": spline(points)
            case "o": loop(points)
            default: points
            }
        }
        return Glyph(advance: width + space, strokes: strokes)
    }

    private static func split(_ definition: String) -> (Double, Substring) {
        let end = definition.firstIndex(of: " ") ?? definition.endIndex
        return (Double(definition[..<end])!, definition[end...])
    }

    /// From the first point to the last, each point between pulling the line its way.
    private static func spline(_ points: [Point]) -> [Point] {
        guard points.count > 2 else { return points }
        var line = [points[0]]
        for index in 1..<points.count - 1 {
            let isLast = index == points.count - 2
            let end = isLast ? points[index + 1] : middle(points[index], points[index + 1])
            line += arc(from: line.last!, by: points[index], to: end)
        }
        return line
    }

    private static func loop(_ points: [Point]) -> [Point] {
        let corners = points + [points[0]]
        var line = [middle(points.last!, points[0])]
        for index in points.indices {
            line += arc(from: line.last!, by: corners[index], to: middle(corners[index], corners[index + 1]))
        }
        return line
    }

    private static func arc(from start: Point, by control: Point, to end: Point) -> [Point] {
        (1...6).map { step in
            let t = Double(step) / 6
            let s = 1 - t
            return Point(
                s * s * start.x + 2 * s * t * control.x + t * t * end.x,
                s * s * start.y + 2 * s * t * control.y + t * t * end.y)
        }
    }

    private static func middle(_ a: Point, _ b: Point) -> Point { Point((a.x + b.x) / 2, (a.y + b.y) / 2) }
}
