import ArgumentParser
import Files

/// Where a contact sheet goes and how large it is.
struct ContactSheetOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, help: ArgumentHelp("The sheet, a .png or .jpg.", valueName: "file"), completion: .picture)
    var output = "contact-sheet.jpg"

    @Flag(help: "Replace the output, and what --results has, if it exists.")
    var force = false

    @Option(help: ArgumentHelp("Longest edge of each painting. (default: the content's own)", valueName: "pixels"))
    var size: Int?

    @Option(help: ArgumentHelp("Edge of a place on the sheet.", valueName: "pixels"))
    var cell = 256

    @Option(help: ArgumentHelp("A folder for the paintings themselves.", valueName: "folder"), completion: .directory)
    var results: String?

    @Flag(help: "Take the paintings that --results has already instead of painting them again.")
    var reuse = false

    @Option(
        help: ArgumentHelp("A network, as --features takes, that measures the paintings too.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var judge: String?

    @Option(help: ArgumentHelp("A row of figures for each painting.", valueName: "file"))
    var csv: String?

    @Flag(help: "Print a JSON object a painting instead of a table.")
    var json = false

    func validate() throws {
        if let size { try require(size >= 1, "--size is at least 1 pixel, not \(size).") }
        try requireRange(cell, 16...4096, "--cell", unit: " pixels")
        if let results { try requireFolderName(results, "--results") }
        if let csv { try require(resolved(csv) != resolved(output), "--csv and --output cannot be the same file.") }
        try require(!reuse || results != nil, "--reuse goes with --results.")
    }
}
