import ArgumentParser

/// What is only asked for with folders.
struct FolderOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case png
        case jpg
    }

    @Flag(help: "Look into folders within folders.")
    var recursive = false

    @Option(help: ArgumentHelp("Of the results in a folder. (default: png)", valueName: "name"))
    var format: Format?

    var isGiven: Bool { recursive || format != nil }
}
