import ArgumentParser
import Imaging

/// How large a picture may be that is read.
struct ReadingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The largest picture to read, width times height.", valueName: "n"))
    var maxPixels = Picture.defaultMaximumPixels

    func validate() throws {
        try require(maxPixels >= 1, "--max-pixels is at least 1, not \(maxPixels).")
    }
}
