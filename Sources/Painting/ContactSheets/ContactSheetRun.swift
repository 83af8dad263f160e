import Files
import Imaging
import StyleTransfer

/// Paints every content in every style on one page, for the eye, and measures the paintings.
public struct ContactSheetRun {
    private let names: (contents: [String], styles: [String])
    private let styles: [String]
    /// A row for each content.
    private let requests: [[PaintingRequest]]

    /// - Parameters:
    ///   - request: what the paintings are but for their pictures and outputs.
    ///   - results: a folder for the paintings themselves, which is made.
    /// - Throws: `Failure` when a painting is in the way.
    public init(
        contents: [String], styles: [String], like request: PaintingRequest, results: String?
    ) throws {
        let name = { (paths: [String]) in distinctNames(paths.map(namesWithoutFolders)) }
        let names = (contents: name(contents), styles: name(styles))
        (self.names, self.styles) = (names, styles)
        requests = contents.indices.map { row in
            styles.indices.map { column in
                var request = request
                (request.content, request.styles, request.shares) = (contents[row], [styles[column]], [1])
                request.output = results.map { join($0, "\(names.contents[row])-\(names.styles[column]).png") }
                return request
            }
        }
        guard let results else { return }
        try OutputFile.makeFolder(results, option: "--results")
        for path in try PaintingRun(Array(requests.joined())).requests.compactMap(\.file)
        where request.existing == .refused && exists(path) {
            throw Failure(.output, "\(path) exists; pass --reuse to take it, or --force to replace it.")
        }
    }

    /// - Parameters:
    ///   - output: where the page will be written.
    ///   - cell: the edge of a painting's place on it in pixels.
    ///   - judge: measures the paintings too.
    /// - Throws: `Failure`, of what is too large before anything is painted.
    public func run(
        with painter: Painter, output: String, cell: Int, judge: ContactSheetJudge?, _ observer: some WorkObserver
    ) throws -> (page: Picture, figures: ContactSheetFigures) {
        let format = try PictureFormat.chosen(by: output)
        func requireRoom(_ width: Int, _ height: Int) throws {
            do {
                try format.requireRoom(width: width, height: height)
            } catch {
                throw Failure(.output, "\(output) cannot be written: \(error).")
            }
        }
        try requireRoom(ContactSheetPage.width(columns: styles.count + 1, cell: cell), 1)
        let read = { try PictureFile.read($0, maximumPixels: requests[0][0].maximumPixels) }
        var page = ContactSheetPage(cell: cell)
        var figures = ContactSheetFigures(isJudged: judge != nil)
        let stylePictures = try styles.map(read)
        for (column, picture) in stylePictures.enumerated() { page.place(picture, row: 0, column: column + 1) }
        let plans = try requests.enumerated().map { row, requests in
            let content = try read(requests[0].content)
            page.place(content, row: row + 1, column: 0)
            return try requests.map { request in
                let plan = try painter.plan(request)
                if !plan.isKept { try painter.requireRoom(for: content, in: request) }
                return plan
            }
        }
        // Paintings have the shapes of their contents, so that the page will not grow.
        try requireRoom(page.size.width, page.size.height)
        let count = requests.count * styles.count
        observer.note("Painting \(requests.count.counted("content")) in \(styles.count.counted("style")).")
        observer.begin()
        defer { observer.end() }
        for (row, requests) in requests.enumerated() {
            let content = try read(requests[0].content)
            for (column, request) in requests.enumerated() {
                let done = row * styles.count + column
                let names = (content: names.contents[row], style: names.styles[column])
                var (report, result): (PaintingReport, Picture)
                if plans[row][column].isKept {
                    (report, result) = (PaintingReport(request, .kept), try read(request.output!))
                } else {
                    let painting = try painter.paint(request, plans[row][column]) { progress in
                        observer.progress(
                            fraction: (Double(done) + progress.fraction) / Double(count),
                            facts: ["\(done + 1) of \(count)", "\(names.content) in the style of \(names.style)"])
                        return observer.wantsStop ? .stop : .carryOn
                    }
                    guard !painting.result.wasStopped else {
                        throw Failure(.interrupted, "stopped at \(done + 1) of \(count); no sheet was made.")
                    }
                    try painting.write()
                    (report, result) = (painting.report, painting.result.picture)
                }
                page.place(result, row: row + 1, column: column + 1)
                let judged = try judge?.figures(
                    of: result, content: (row, content), style: (column, stylePictures[column]))
                figures.add(
                    report, result, content: content, style: stylePictures[column], names: names, judged: judged)
            }
        }
        return (page.picture, figures)
    }
}
