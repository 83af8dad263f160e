import Foundation

/// Feeds a reader of files damaged ones, which it may refuse but must survive, soon and in little memory.
///
/// The inputs are made here and not by libFuzzer: libpng, libjpeg and Foundation's JSON come without the coverage
/// counters that would guide it.
@main struct Fuzz {
    static func main() {
        do {
            let arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
            let inputs = try Inputs(arguments.reader, seed: arguments.seed)
            if let path = arguments.workerPath {
                exit(try Worker(inputs, arguments, inputAtHand: InputAtHand(path: path)).run())
            }
            exit(try Supervisor(inputs, arguments).run())
        } catch {
            FileHandle.standardError.write(Data("Fuzz: \(error)\n".utf8))
            exit(64)
        }
    }
}
