import Files
import Foundation
import SwiftCSV

/// A list of paintings to make: a JSON object a line, or CSV with a line of column names.
public enum JobList {
    /// More than that is no list.
    private static let mostBytes = 1 << 28

    /// - Parameters:
    ///   - path: of the list; `-` is standard input.
    ///   - folder: where what has no output goes.
    ///   - settings: the request that a job's own settings, as on a command line, stand for. What it throws is thrown with
    ///     the place of the job.
    /// - Throws: `Failure` that names the line or the row.
    public static func read(
        _ path: String, folder: String, settings: (_ arguments: [String]) throws -> PaintingRequest
    ) throws -> [PaintingRequest] {
        let name = path == File.standardInput ? "standard input" : path
        let jobs = try jobs(text(path, name), of: name)
        guard !jobs.isEmpty else { throw Failure(.input, "there is no job in \(name).") }
        // Most jobs have the same.
        var known: [[String]: PaintingRequest] = [:]
        return try jobs.map { job, place in
            let arguments = job.arguments
            if known[arguments] == nil {
                do {
                    known[arguments] = try settings(arguments)
                } catch let failure as Failure {
                    guard !arguments.isEmpty else { throw failure }
                    throw Failure(failure.kind, "\(place): \(failure.sentence)")
                }
            }
            return try job.request(like: known[arguments]!, folder: folder)
        }
    }

    private static func text(_ path: String, _ name: String) throws -> String {
        let bytes: [UInt8]
        do {
            // A zero byte is in no text.
            bytes = try File.read(path, atMost: mostBytes, ifRecognized: { !$0.contains(0) })
        } catch {
            throw Failure(.input, "\(name) cannot be read: \(error).")
        }
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.input, "\(name) is no list of jobs: it is not text in UTF-8.")
        }
        return String(text.trimmingPrefix("\u{FEFF}"))
    }

    private static func jobs(_ text: String, of name: String) throws -> [(Job, place: String)] {
        text.first { !$0.isWhitespace } == "{" ? try jsonLines(text, of: name) : try csv(text, of: name)
    }

    private static func jsonLines(_ text: String, of name: String) throws -> [(Job, place: String)] {
        // Other characters that end a line may stand in a string.
        let lines = text.split(omittingEmptySubsequences: false) { ["\n", "\r\n", "\r"].contains($0) }
        return try lines.enumerated().compactMap { index, line in
            guard line.contains(where: { !$0.isWhitespace }) else { return nil }
            let place = "line \(index + 1) of \(name)"
            guard let values = try? JSONDecoder().decode([String: Job.Value].self, from: Data(line.utf8)) else {
                throw Failure(
                    .input, "\(place) is no job; it should look like {\"content\": \"a.jpg\", \"style\": \"b.png\"}.")
            }
            return (try Job(values, place: place), place)
        }
    }

    private static func csv(_ text: String, of name: String) throws -> [(Job, place: String)] {
        guard let table = try? SwiftCSV.CSV<Named>(string: text, delimiter: .comma) else {
            throw Failure(.input, "\(name) is neither JSON lines nor CSV.")
        }
        guard Set(["content", "style"]).isSubset(of: table.header), table.header.allSatisfy(Job.knows) else {
            throw Failure(
                .input,
                "the first line of \(name) should name the columns: content,style,output and the options of a painting."
            )
        }
        return try table.rows.enumerated().map { index, row in
            let place = "job \(index + 1) of \(name)"
            return (try Job(row.filter { !$0.value.isEmpty }.mapValues { .word(.init(text: $0)) }, place: place), place)
        }
    }
}
