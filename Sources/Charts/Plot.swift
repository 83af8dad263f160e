import Imaging

/// Lines over axes, in panels side by side with one legend.
public struct Plot: Sendable {
    /// A line, with a band around it where one is known. A series of the same name has the same colour in every panel.
    public struct Series: Sendable {
        public var name: String
        /// In ascending order of x. Points that are not finite are left out.
        public var points: [(x: Double, y: Double)]
        /// The band at each point, or none.
        public var band: [(lower: Double, upper: Double)]

        public init(
            _ name: String, points: [(x: Double, y: Double)], band: [(lower: Double, upper: Double)] = []
        ) {
            precondition(band.isEmpty || band.count == points.count, "a band has an interval for each point")
            (self.name, self.points, self.band) = (name, points, band)
        }
    }

    public struct Panel: Sendable {
        public var xLabel: String
        public var yLabel: String
        public var xScale: AxisScale
        public var series: [Series]

        public init(xLabel: String, yLabel: String, xScale: AxisScale = .linear, series: [Series]) {
            (self.xLabel, self.yLabel, self.xScale, self.series) = (xLabel, yLabel, xScale, series)
        }
    }

    public var title: String
    public var panels: [Panel]

    public init(title: String, panels: [Panel]) {
        (self.title, self.panels) = (title, panels)
    }

    /// Distinct to the colour-blind too (Okabe and Ito 2008); the eighth series begins again.
    static let colours = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x4D4D4D].map {
        Colour(UInt32($0))
    }
    private static let ink = Colour(0x222222)
    private static let softInk = Colour(0x555555)
    private static let grid = Colour(0xE4E4E4)
    private static let frame = Colour(0x8A8A8A)

    /// Each name once, in the order of their first appearance.
    private var names: [String] {
        var names: [String] = []
        for series in panels.flatMap(\.series) where !names.contains(series.name) { names.append(series.name) }
        return names
    }
}

extension Plot.Panel {
    /// Each series' points that can be shown, by index.
    fileprivate var shown: [[Int]] {
        series.map { series in
            series.points.indices.filter {
                let (x, y) = series.points[$0]
                return x.isFinite && y.isFinite && (xScale == .linear || x > 0)
            }
        }
    }

    fileprivate var yValues: [Double] {
        zip(series, shown).flatMap { series, indices in
            indices.map { series.points[$0].y }
                + (series.band.isEmpty ? [] : indices.flatMap { [series.band[$0].lower, series.band[$0].upper] })
        }
    }
}

// MARK: - Layout

extension Plot {
    /// Sizes in pixels, in proportion to the picture's width.
    private struct Measures {
        var unit: Double

        var margin: Double { 28 * unit }
        var title: Double { 17 * unit }
        var label: Double { 12.5 * unit }
        var tick: Double { 11 * unit }
        var line: Double { 2.4 * unit }
        var legendRow: Double { 28 * unit }
        var sample: Double { 30 * unit }
    }

    /// Draws it all. Sizes of text and lines are in proportion to the width.
    public func picture(width: Int = 1600, height: Int = 720) -> Picture {
        let unit = Double(width) / (panels.count > 1 ? 1600 : 1000)
        let measures = Measures(unit: unit)
        var drawing = Drawing(width: width, height: height)
        var y = measures.margin + measures.title
        drawing.text(title, at: Point(measures.margin, y), capHeight: measures.title, Self.ink, weight: 0.14)
        y += 14 * unit
        y = drawLegend(below: y, measures, &drawing)

        let share = Double(width) / Double(max(1, panels.count))
        for (index, panel) in panels.enumerated() {
            draw(
                panel, left: Double(index) * share, right: Double(index + 1) * share, top: y + 14 * unit,
                bottom: Double(height) - measures.margin, measures, &drawing)
        }
        return drawing.picture
    }

    /// Returns where it ends. Names wrap as words do; a single one needs no legend.
    private func drawLegend(below top: Double, _ measures: Measures, _ drawing: inout Drawing) -> Double {
        guard names.count > 1 else { return top }
        var (x, y) = (measures.margin, top + measures.legendRow / 2)
        for (index, name) in names.enumerated() {
            let length = measures.sample + 10 * measures.unit + StrokeFont.width(of: name, height: measures.label)
            if x + length > Double(drawing.width) - measures.margin, x > measures.margin {
                (x, y) = (measures.margin, y + measures.legendRow)
            }
            drawing.stroke(
                [Point(x, y), Point(x + measures.sample, y)], width: measures.line * 1.5, colour(of: index))
            drawing.text(
                name, at: Point(x + measures.sample + 10 * measures.unit, y + measures.label / 2),
                capHeight: measures.label, Self.ink)
            x += length + 30 * measures.unit
        }
        return y + measures.legendRow / 2
    }

    private func colour(of index: Int) -> Colour { Self.colours[index % Self.colours.count] }

    private func draw(
        _ panel: Panel, left: Double, right: Double, top: Double, bottom: Double, _ measures: Measures,
        _ drawing: inout Drawing
    ) {
        let unit = measures.unit
        let shown = panel.shown
        let xValues = zip(panel.series, shown).flatMap { series, indices in indices.map { series.points[$0].x } }
        let xAxis = Axis(panel.xScale, holding: xValues, isPadded: false, tickCount: 8)
        // What means the same has the same axis in every panel.
        let yValues = panels.filter { $0.yLabel == panel.yLabel }.flatMap(\.yValues)
        let yAxis = Axis(.linear, holding: yValues, isPadded: true, tickCount: 7)

        // The vertical axis takes the room that its longest number needs.
        let widest = yAxis.ticks.map { StrokeFont.width(of: yAxis.label($0), height: measures.tick) }.max() ?? 0
        let area = (
            left: left + measures.margin + measures.label + 18 * unit + widest + 10 * unit,
            right: right - measures.margin, top: top,
            bottom: bottom - measures.label - 20 * unit - measures.tick - 12 * unit
        )
        func x(_ value: Double) -> Double { area.left + xAxis.position(value) * (area.right - area.left) }
        func y(_ value: Double) -> Double { area.bottom - yAxis.position(value) * (area.bottom - area.top) }

        for tick in yAxis.ticks {
            drawing.stroke([Point(area.left, y(tick)), Point(area.right, y(tick))], width: unit, Self.grid)
            drawing.text(
                yAxis.label(tick), at: Point(area.left - 10 * unit, y(tick) + measures.tick / 2),
                capHeight: measures.tick, Self.softInk, anchor: .right)
        }
        for tick in xAxis.ticks {
            drawing.stroke([Point(x(tick), area.top), Point(x(tick), area.bottom)], width: unit, Self.grid)
            drawing.text(
                xAxis.label(tick), at: Point(x(tick), area.bottom + 12 * unit + measures.tick),
                capHeight: measures.tick, Self.softInk, anchor: .centre)
        }
        drawing.text(
            panel.xLabel, at: Point((area.left + area.right) / 2, bottom), capHeight: measures.label, Self.ink,
            anchor: .centre)
        drawing.text(
            panel.yLabel, at: Point(left + measures.margin + measures.label, (area.top + area.bottom) / 2),
            capHeight: measures.label, Self.ink, anchor: .centre, direction: .up)

        // Bands first, so that none hides a line; and the first series last, on top.
        for (series, indices) in zip(panel.series, shown).reversed() where !series.band.isEmpty {
            drawing.fill(
                between: indices.map { Point(x(series.points[$0].x), y(series.band[$0].upper)) },
                and: indices.map { Point(x(series.points[$0].x), y(series.band[$0].lower)) },
                colour(of: names.firstIndex(of: series.name)!), opacity: 0.13)
        }
        drawing.stroke(
            [Point(area.left, area.top), Point(area.left, area.bottom), Point(area.right, area.bottom)],
            width: 1.4 * unit, Self.frame)
        for (series, indices) in zip(panel.series, shown).reversed() {
            drawing.stroke(
                indices.map { Point(x(series.points[$0].x), y(series.points[$0].y)) }, width: measures.line,
                colour(of: names.firstIndex(of: series.name)!))
        }
    }
}
