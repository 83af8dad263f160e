import ArgumentParser
import FeatureNetwork
import Foundation
import Imaging
import Kernels
import Numerics
import StyleTransfer

/// `stylize contact-sheet`: every content in every style on one picture, for the eye, and what can be measured of it.
struct ContactSheet: ParsableCommand, PaintingOptions {
    static let configuration = CommandConfiguration(
        abstract: "Paint every content in every style, on one picture.",
        usage: "stylize contact-sheet [--content <path>] [--style <path>] --output <file> [<options>]",
        discussion: """
            stylize contact-sheet --content photos --style paintings --size 512 --output sheet.jpg
            stylize contact-sheet --results painted --output sheet.jpg --csv figures.csv

            Styles stand along the top, contents down the left. The table on standard output says of each result how far
            its texture is from the style's (sliced Wasserstein distance of 7x7 patches, lower is better) and how much of
            the content's structure it keeps (correlation of luminance gradients, higher is better). --judge adds how far
            its activations in another network are from the style's and from the content's (lower is better; - where a
            picture is too small or too plain to say).
            """)

    @OptionGroup(title: "Pictures") var pictures: PictureSetOptions
    @OptionGroup(title: "Pictures") var reading: ReadingOptions
    @OptionGroup(title: "Sheet") var options: ContactSheetOptions
    @OptionGroup(title: "Look") var look: LookOptions
    @OptionGroup(title: "Objective") var objective: ObjectiveOptions
    @OptionGroup(title: "Optimizer") var optimization: OptimizerOptions
    @OptionGroup(title: "Run") var common: CommonOptions

    func validate() throws { try requireCommonStart("contact-sheet") }

    func run() throws {
        let format = try PictureFormat.chosen(by: options.output)
        for (path, option) in [(options.output, "--output"), (options.csv, "--csv")] {
            guard let path else { continue }
            try OutputFile.check(path, option: option)
            if !options.force { try OutputFile.checkIsNew(path, option: option) }
        }
        let contents = NamedPicture.all(try pictures.contentFiles())
        let styles = NamedPicture.all(try pictures.styleFiles())
        let reporter = Reporter(verbosity: common.verbosity)
        let stylizer = try makeStylizer(size: options.size, reporter)
        var judge = try options.judge.map { try ContactSheetJudge(path: $0) }
        let results = try options.results.map { try makeResults(in: $0, of: contents, styles) }
        let interrupts = Interrupts {
            reporter.note("Stopping; --results keeps what is done. Press Ctrl-C again to quit at once.")
        }
        let (sheet, figures) = try Parallel.$threadCount.withValue(common.threadCount) {
            try paint(contents, styles, results, stylizer, &judge, reporter, interrupts)
        }
        try interrupts.whileWriting {
            try OutputFile.write(
                PictureFile.encode(sheet, as: format), to: options.output, replacing: options.force)
            if let path = options.csv {
                try OutputFile.write(Array(figures.csv.text.utf8), to: path, replacing: options.force)
            }
        }
        reporter.note("Wrote \(options.output).")
        try printLine(options.json ? figures.json() : figures.text)
    }

    /// A picture, and what the sheet calls it.
    private struct NamedPicture {
        var path: String
        var name: String

        static func all(_ paths: [String]) -> [Self] {
            zip(paths, distinctNames(paths.map(namesWithoutFolders))).map { Self(path: $0, name: $1) }
        }
    }

    /// Where the paintings themselves go, a row for each content: to places that are free, reused or given up by
    /// `--force`.
    private func makeResults(
        in folder: String, of contents: [NamedPicture], _ styles: [NamedPicture]
    ) throws -> [[String]] {
        try OutputFile.makeFolder(folder, option: "--results")
        let paths = contents.map { content in styles.map { join(folder, "\(content.name)-\($0.name).png") } }
        var taken: Set<String> = []
        for path in paths.joined() {
            try require(taken.insert(path).inserted, "\(path) would be written twice; rename a content or a style.")
            if exists(path), !options.reuse, !options.force {
                throw Failure(.output, "\(path) exists; pass --reuse to take it, or --force to replace it.")
            }
        }
        return paths
    }

    private func paint(
        _ contents: [NamedPicture], _ styles: [NamedPicture], _ results: [[String]]?, _ stylizer: Stylizer,
        _ judge: inout ContactSheetJudge?, _ reporter: Reporter, _ interrupts: Interrupts
    ) throws -> (Picture, ContactSheetFigures) {
        let read = { try PictureFile.read($0, maximumPixels: reading.maxPixels) }
        let stylePictures = try styles.map { try read($0.path) }
        let prepared = try stylePictures.map { try stylizer.prepare([.init($0)]) }
        var page = ContactSheetPage(cell: options.cell)
        var figures = ContactSheetFigures(isJudged: judge != nil)
        let count = contents.count * styles.count
        reporter.note("Painting \(contents.count.counted("content")) in \(styles.count.counted("style")).")
        for (column, picture) in stylePictures.enumerated() { page.place(picture, row: 0, column: column + 1) }
        reporter.begin()
        defer { reporter.end() }
        for (row, content) in contents.enumerated() {
            let contentPicture = try read(content.path)
            page.place(contentPicture, row: row + 1, column: 0)
            for (column, style) in styles.enumerated() {
                let done = row * styles.count + column
                let facts = ["\(done + 1) of \(count)", "\(content.name) in the style of \(style.name)"]
                let kept = results?[row][column]
                let began = ContinuousClock.now
                let result: Picture
                if options.reuse, let kept, exists(kept) {
                    result = try read(kept)
                } else {
                    let made = try usageErrors {
                        try stylizer.stylize(contentPicture, styles: prepared[column]) { progress in
                            reporter.progress(
                                fraction: (Double(done) + progress.fraction) / Double(count), facts: facts)
                            return interrupts.wantsStop ? .stop : .carryOn
                        }
                    }
                    guard !interrupts.wantsStop else {
                        throw Failure(.interrupted, "stopped at \(done + 1) of \(count); no sheet was made.")
                    }
                    result = made.picture
                    if let kept {
                        try interrupts.whileWriting {
                            try OutputFile.write(
                                PictureFile.encode(result, as: .png()), to: kept, replacing: options.force)
                        }
                    }
                }
                let seconds = began.duration(to: .now) / .seconds(1)
                page.place(result, row: row + 1, column: column + 1)
                let judged = try judge?.figures(
                    of: result, content: (row, contentPicture), style: (column, stylePictures[column]))
                figures.add(
                    result, content: contentPicture, style: stylePictures[column],
                    names: (content.name, style.name), seconds: seconds, judged: judged)
            }
        }
        return (page.picture, figures)
    }
}
