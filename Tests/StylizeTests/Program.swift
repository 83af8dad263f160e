import Foundation
import Safetensors
import Testing

/// The built program, run as a person runs it, in a folder of its own.
final class Program {
    struct Outcome {
        var status: Int32
        var output: Data
        var errors: String

        var lines: [Substring] { String(decoding: output, as: UTF8.self).split(separator: "\n") }

        /// The objects of a run with `--json`.
        var objects: [[String: Any]] {
            get throws {
                try lines.map {
                    try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
                }
            }
        }

        /// How many pictures ended in which state.
        var states: [String: Int] {
            get throws {
                try Dictionary(objects.compactMap { $0["state"] as? String }.map { ($0, 1) }, uniquingKeysWith: +)
            }
        }
    }

    /// Where it runs; removed in the end.
    let folder: URL
    /// Its streams are caught outside `folder`, so that `folder` holds only what the program leaves there.
    private let streams: URL

    init() throws {
        let base = FileManager.default.temporaryDirectory.appending(path: "stylize-test-\(UUID().uuidString)")
        folder = base.appending(path: "folder")
        streams = base.appending(path: "streams")
        for url in [folder, streams] {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder.deletingLastPathComponent())
    }

    /// - Parameters:
    ///   - shell: a script that starts the program, which is its `$0`.
    ///   - whileRunning: called once the program has started, with what it said on standard error so far.
    ///     It is called again and again until it returns true.
    func run(
        _ arguments: [String], output: String? = nil, shell: String? = nil, environment: [String: String] = [:],
        whileRunning: ((Process, String) -> Bool)? = nil
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = try shell == nil ? Self.executable : URL(filePath: "/bin/sh")
        process.arguments = try shell.map { ["-c", $0, try Self.executable.path] + arguments } ?? arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let outputURL = output.map { URL(filePath: $0) } ?? streams.appending(path: "output")
        let errorsURL = streams.appending(path: "errors")
        for url in [outputURL, errorsURL] where !url.path.hasPrefix("/dev/") {
            try Data().write(to: url)
        }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: outputURL)
        process.standardError = try FileHandle(forWritingTo: errorsURL)
        try process.run()

        let errors = { String(decoding: try Data(contentsOf: errorsURL), as: UTF8.self) }
        if let whileRunning {
            while process.isRunning, !whileRunning(process, try errors()) { usleep(2000) }
        }
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: output == nil ? try Data(contentsOf: outputURL) : Data(), errors: try errors())
    }

    func write(_ bytes: some DataProtocol, to name: String) throws {
        let url = folder.appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    /// Replaces what matches in the words of a training's checkpoint.
    func changeCheckpoint(_ bytes: Data, _ pattern: String, to replacement: String, at name: String) throws {
        let whole = try SafetensorsFile(bytes: Array(bytes))
        var file = whole
        file.metadata = try whole.metadata.mapValues { $0.replacing(try Regex(pattern), with: replacement) }
        #expect(file != whole)
        try write(file.bytes, to: name)
    }

    func read(_ name: String) throws -> Data {
        try Data(contentsOf: folder.appending(path: name))
    }

    /// All that lies in the folder.
    var files: Set<String> {
        get throws { Set(try FileManager.default.subpathsOfDirectory(atPath: folder.path)) }
    }

    /// The program lies beside the bundle of its tests.
    private static var executable: URL {
        get throws {
            #if os(macOS)
                let bundle = try #require(Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }).bundleURL
            #else
                let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            #endif
            return bundle.deletingLastPathComponent().appending(path: "stylize")
        }
    }
}
