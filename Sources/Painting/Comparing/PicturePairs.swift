import Numerics

/// Pairs of a content and a style, drawn at random.
struct PicturePairs: Equatable {
    struct Pair: Hashable {
        var content: String
        var style: String
    }

    /// Those that are compared on.
    var pairs: [Pair]
    /// Those that learning rates are found on: of other contents, if there are three or more, and otherwise other
    /// pairs while there are any.
    var tuning: [Pair]

    init(contents: [String], styles: [String], pairs: Int, tuning: Int, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let shuffled = contents.shuffled(using: &generator)
        let reserved = tuning > 0 && contents.count >= 3 ? min(tuning, contents.count / 3) : 0
        if reserved > 0 {
            self.tuning = Self.draw(tuning, Array(shuffled.prefix(reserved)), styles, using: &generator)
            self.pairs = Self.draw(pairs, Array(shuffled.dropFirst(reserved)), styles, using: &generator)
        } else {
            let all = Self.draw(tuning + pairs, shuffled, styles, using: &generator)
            self.pairs = Array(all.prefix(pairs))
            self.tuning = Array(all.dropFirst(pairs))
        }
    }

    /// Whether learning rates are found on pairs that are compared on as well, because there are not enough pictures.
    var tunesOnCompared: Bool { !Set(pairs).isDisjoint(with: tuning) }

    /// Whether some are the same, because there are not enough pictures.
    var repeats: Bool { Set(pairs).count < pairs.count }

    /// One content after the other, each with a style at random that it has not had, until it had all.
    private static func draw(
        _ count: Int, _ contents: [String], _ styles: [String], using generator: inout SplitMix64
    ) -> [Pair] {
        var unused: [String: [String]] = [:]
        return (0..<count).map { index in
            let content = contents[index % contents.count]
            var left = unused[content, default: []]
            if left.isEmpty { left = styles.shuffled(using: &generator) }
            let style = left.removeLast()
            unused[content] = left
            return Pair(content: content, style: style)
        }
    }
}
