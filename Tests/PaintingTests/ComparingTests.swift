import Imaging
import Testing

@testable import Painting

@Suite struct PicturePairsTests {
    private let contents = ["a", "b", "c", "d", "e", "f"]
    private let styles = ["p", "q", "r"]

    @Test func noPairComesTwiceWhilePossibleAndTuningHasOtherContents() {
        let drawn = PicturePairs(contents: contents, styles: styles, pairs: 12, tuning: 4, seed: 1)
        #expect(drawn.pairs.count == 12 && !drawn.repeats)
        #expect(drawn.tuning.count == 4)
        #expect(Set(drawn.tuning.map(\.content)).isDisjoint(with: drawn.pairs.map(\.content)))
        #expect(Set(drawn.pairs.map(\.content)).count == 4)
        #expect(drawn == PicturePairs(contents: contents, styles: styles, pairs: 12, tuning: 4, seed: 1))
        #expect(drawn != PicturePairs(contents: contents, styles: styles, pairs: 12, tuning: 4, seed: 2))
        #expect(PicturePairs(contents: contents, styles: styles, pairs: 13, tuning: 4, seed: 1).repeats)
    }

    @Test func withFewContentsTuningHasOtherPairs() {
        let drawn = PicturePairs(contents: ["a"], styles: styles, pairs: 2, tuning: 1, seed: 1)
        #expect(Set(drawn.pairs + drawn.tuning).count == 3 && !drawn.tunesOnCompared)
        let few = PicturePairs(contents: ["a"], styles: styles, pairs: 3, tuning: 1, seed: 1)
        #expect(few.tunesOnCompared && !few.repeats)
    }

    @Test func theCentreIsCutOut() {
        let wide = Picture(width: 4, height: 2, pixels: (0..<24).map(Float.init), alpha: (0..<8).map(Float.init))
        let square = wide.centredSquare
        #expect((square.width, square.height) == (2, 2))
        #expect(square.pixels == [1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22])
        #expect(square.alpha?.values == [1, 2, 5, 6])
    }
}

@Suite struct CSVTests {
    @Test func fieldsAreQuotedWhenTheyMust() {
        var csv = CSV(columns: ["a", "b"])
        csv.append(["plain text", "1,5"])
        csv.append(["say \"hi\"", "two\nlines"])
        #expect(csv.text == "a,b\nplain text,\"1,5\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n")
    }

    @Test func columnsLineUp() {
        #expect(TextTable(rows: [["a", "long"], ["bb", "1"]]).text == "a   long\nbb     1")
    }
}
