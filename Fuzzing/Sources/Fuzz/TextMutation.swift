import Kernels
import Numerics

/// Damage to JSON and to lists of words that mostly leaves them what they are.
enum TextMutation {
    /// What means something to one reader or another.
    private static let words = [
        "null", "true", "{}", "[]", "\"\"", "[0,0]", "1e400", "-0", "0.5", "1e-400", "3.5e38", "\\u0000", "\\ud800",
        "é",
        "F32", "F16", "BF16", "dtype", "shape", "data_offsets", "__metadata__", "architecture", "padding", "pool",
        "zeros",
        "replicate", "max", "average", "blur", "max 2x2", "conv1_1", "conv1_1.weight", "conv1_1.bias",
        "features.0.weight",
        "conv", "scaledOutput", "quasiNewton", "direction", "logarithm-and-sign", "gradient", "time",
    ]

    static func apply(to text: inout [UInt8], using generator: inout SplitMix64) {
        let runs = runs(in: text)
        guard let run = runs.randomElement(using: &generator), Int.random(in: 0..<4, using: &generator) > 0 else {
            return ByteMutation.apply(to: &text, from: text, using: &generator)
        }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0, 1: text.replaceSubrange(run, with: number(using: &generator))
        case 2: text.replaceSubrange(run, with: words.randomElement(using: &generator)!.utf8)
        case 3: text.replaceSubrange(run, with: Array(text[runs.randomElement(using: &generator)!]))
        case 4:
            // From the start of one word to that of another: with the punctuation between.
            let other = runs.randomElement(using: &generator)!
            let block = min(run.lowerBound, other.lowerBound)..<max(run.lowerBound, other.lowerBound)
            text.insert(contentsOf: Array(text[block]), at: block.upperBound)
        default:
            let depth = Int.random(in: 1...1500, using: &generator)
            let bracket = Bool.random(using: &generator) ? "[]" : "{}"
            let nested =
                String(repeating: bracket.first!, count: depth) + String(repeating: bracket.last!, count: depth)
            text.replaceSubrange(run, with: (Int.random(in: 0..<16, using: &generator) == 0 ? nested : bracket).utf8)
        }
    }

    private static func number(using generator: inout SplitMix64) -> String.UTF8View {
        let number = ByteMutation.interestingNumbers.randomElement(using: &generator)!
        return (Bool.random(using: &generator) ? "\(number)" : "\(Int.random(in: 0...20, using: &generator))").utf8
    }

    /// Where the words and numbers are.
    private static func runs(in text: [UInt8]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for (index, byte) in text.enumerated() {
            if isPartOfWord[Int(byte)] {
                start = start ?? index
            } else if let begun = start {
                runs.append(begun..<index)
                start = nil
            }
        }
        return runs + (start.map { [$0..<text.count] } ?? [])
    }

    private static let isPartOfWord: [Bool] = (0...255).map { byte in
        let character = Character(UnicodeScalar(UInt8(byte)))
        return character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
    }
}
