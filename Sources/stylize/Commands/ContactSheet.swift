import ArgumentParser
import Files
import Numerics
import Painting

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

    func validate() throws {
        try requireCommonStart("contact-sheet")
        try requirePictureName(options.output)
    }

    func run() throws {
        for (path, option) in [(options.output, "--output"), (options.csv, "--csv")] {
            if let path { try OutputFile.check(path, option: option, replacing: options.force) }
        }
        var request = commonRequest()
        optimization.apply(to: &request)
        request.settings.size = options.size
        request.maximumPixels = reading.maxPixels
        request.existing = options.reuse ? .kept : options.force ? .replaced : .refused
        let reporter = Reporter(verbosity: common.verbosity)
        let (contents, styles) = (try pictures.contentFiles(reporter), try pictures.styleFiles(reporter))
        let inputs = contents + styles + [options.judge, optimization.optimizerWeights].compactMap(\.self)
        for (path, option) in [(options.output, "--output"), (options.csv, "--csv")] {
            if let path { try OutputFile.checkIsNoInput(path, of: inputs, option: option) }
        }
        let console = Console(
            common.verbosity,
            onInterrupt: "Stopping; --results keeps what is done. Press Ctrl-C again to quit at once.")
        let (page, figures) = try Parallel.$threadCount.withValue(common.threadCount) {
            let painter = try makePainter(request, keeping: styles.count, console.reporter)
            let judge = try options.judge.map { try ContactSheetJudge(path: $0, styleCount: styles.count) }
            let run = try ContactSheetRun(
                contents: contents, styles: styles, like: request, results: options.results)
            return try run.run(
                with: painter, output: options.output, cell: options.cell, judge: judge, console)
        }
        try PictureFile.write(page, to: options.output, replacing: options.force)
        if let path = options.csv {
            try OutputFile.write(Array(figures.csv.text.utf8), to: path, replacing: options.force)
        }
        console.note("Wrote \(options.output).")
        try printLine(options.json ? figures.json() : figures.text)
    }
}
