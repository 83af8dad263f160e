import Foundation
import Imaging
import Testing

@testable import Charts

@Suite struct PlotTests {
    /// Falling lines with bands, of seven names.
    private let plot: Plot = {
        let names = ["learned", "lbfgs", "adam", "rmsprop", "nesterov", "gradient-descent", "untrained"]
        let series = names.enumerated().map { index, name in
            let ys = (1...64).map { -log2(Double($0)) / (2 + Double(index)) - 0.1 * Double(index) }
            return Plot.Series(
                name, points: ys.enumerated().map { (Double($0 + 1), $1) }, band: ys.map { ($0 - 0.15, $0 + 0.15) })
        }
        let bySeconds = series.enumerated().map { index, series in
            Plot.Series(series.name, points: series.points.map { ($0.x * (0.02 + 0.004 * Double(index)), $0.y) })
        }
        let label = "mean log(lowest loss / loss at start)"
        return Plot(
            title: "24 pairs of 256x256 pixels, 95 % intervals: QUICK BROWN FOXES jump (over) 0123456789 lazy dogs",
            panels: [
                .init(xLabel: "evaluations", yLabel: label, xScale: .log2, series: series),
                .init(xLabel: "seconds", yLabel: label, xScale: .log10, series: bySeconds),
            ])
    }()

    @Test func aPlotHasTheSizeAskedForAndEveryColour() throws {
        let picture = plot.picture(width: 1600, height: 720)
        #expect((picture.width, picture.height) == (1600, 720))
        #expect(picture.pixels.allSatisfy { (0...1).contains($0) })
        let size = 1600 * 720
        for colour in Plot.colours.prefix(plot.panels[0].series.count) {
            let isThere = (0..<size).contains {
                abs(picture.pixels[$0] - colour.red) < 0.02 && abs(picture.pixels[size + $0] - colour.green) < 0.02
                    && abs(picture.pixels[2 * size + $0] - colour.blue) < 0.02
            }
            #expect(isThere, "\(colour)")
        }
    }

    @Test func aPlotOfNothingIsStillAPlot() {
        #expect(Plot(title: "", panels: []).picture(width: 100, height: 50).width == 100)
        let empty = Plot.Panel(xLabel: "x", yLabel: "y", series: [])
        let lone = Plot.Panel(
            xLabel: "x", yLabel: "y", xScale: .log2, series: [.init("a", points: [(0, .nan), (2, 1)])])
        #expect(Plot(title: "Nothing", panels: [empty, lone]).picture(width: 200, height: 100).height == 100)
    }
}

@Suite struct AxisTests {
    @Test func linearTicksAreRoundAndHoldEveryValue() {
        let axis = Axis(.linear, holding: [-2.93, 0.01], isPadded: true, tickCount: 7)
        #expect(axis.ticks.map(axis.label) == ["−3.0", "−2.5", "−2.0", "−1.5", "−1.0", "−0.5", "0.0", "0.5"])
        #expect(axis.position(-3) == 0 && axis.position(0.5) == 1)
    }

    @Test func logarithmicTicksArePowersOfTwo() {
        let axis = Axis(.log2, holding: [0, 1, 64], isPadded: false, tickCount: 8)
        #expect(axis.ticks.map(axis.label) == ["1", "2", "4", "8", "16", "32", "64"])
        #expect(axis.position(8) == 0.5)
    }

    @Test func manyPowersAreThinnedOut() {
        let axis = Axis(.log2, holding: [1, 4096], isPadded: false, tickCount: 5)
        #expect(axis.ticks == [1, 8, 64, 512, 4096])
    }

    @Test func measurementsAreMarkedAtRoundDecimals() {
        let axis = Axis(.log10, holding: [0.03, 2.5], isPadded: false, tickCount: 8)
        #expect(axis.ticks.map(axis.label) == ["0.05", "0.1", "0.2", "0.5", "1", "2"])
    }

    @Test func aNarrowRangeIsLinear() {
        #expect(Axis(.log2, holding: [3, 5], isPadded: false, tickCount: 5).ticks == [3, 3.5, 4, 4.5, 5])
        #expect(Axis(.linear, holding: [2, 2], isPadded: true, tickCount: 5).ticks.count > 1)
    }
}

@Suite struct StrokeFontTests {
    @Test func everyPrintableCharacterOfTheLabelsIsKnown() {
        let box = StrokeFont.glyph("\u{0}").strokes.first!.map { [$0.x, $0.y] }
        for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;-−+×/()[]%=µ '\"!?_*#<>" {
            #expect(StrokeFont.glyph(character).strokes.first?.map { [$0.x, $0.y] } != box, "\(character)")
        }
    }

    @Test func textIsAsWideAsItIsDrawn() {
        var drawing = Drawing(width: 300, height: 60)
        drawing.text("loss 0.5", at: Point(20, 40), capHeight: 24, Colour(0))
        let picture = drawing.picture
        let inked = (0..<300).filter { x in (0..<60).contains { picture.pixels[$0 * 300 + x] < 0.5 } }
        #expect(abs(Double(inked.last! - inked.first!) - StrokeFont.width(of: "loss 0.5", height: 24)) < 5)
    }
}
