import Foundation
import Imaging
import SwiftCSV

/// A list of paintings to make: a JSON object a line, or CSV with a line of column names.
enum JobList {
    /// - Parameters:
    ///   - path: of the list; `-` is standard input.
    ///   - folder: where what has no output goes.
    /// - Throws: `Failure` that names the line or the row.
    static func read(_ path: String, folder: String) throws -> [BatchJob] {
        let name = path == "-" ? "standard input" : path
        let text: String
        do {
            let bytes = path == "-" ? Array(FileHandle.standardInput.readDataToEndOfFile()) : try File.read(path)
            guard let decoded = String(validating: bytes, as: UTF8.self) else {
                throw Failure(.input, "\(name) is no list of jobs: it is not text in UTF-8.")
            }
            text = String(decoded.trimmingPrefix("\u{FEFF}"))
        } catch let error as ImagingError {
            throw Failure(.input, "\(name) cannot be read: \(error).")
        }
        let isJSON = text.first { !$0.isWhitespace } == "{"
        let jobs = try isJSON ? jsonLines(text, of: name, folder) : csv(text, of: name, folder)
        guard !jobs.isEmpty else { throw Failure(.input, "there is no job in \(name).") }
        return jobs
    }

    // MARK: - JSON lines

    private struct Line: Decodable {
        var content: String
        var style: OneOrMore
        var blend: [Float]?
        var output: String?
    }

    private struct OneOrMore: Decodable {
        var all: [String]

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            all = try (try? [value.decode(String.self)]) ?? value.decode([String].self)
        }
    }

    private static func jsonLines(_ text: String, of name: String, _ folder: String) throws -> [BatchJob] {
        let known: Set = ["content", "style", "blend", "output"]
        return try text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap {
            index, line in
            guard line.contains(where: { !$0.isWhitespace }) else { return nil }
            let place = "line \(index + 1) of \(name)"
            let data = Data(line.utf8)
            guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
                let job = try? JSONDecoder().decode(Line.self, from: data)
            else {
                throw Failure(
                    .input, "\(place) is no job; it should look like {\"content\": \"a.jpg\", \"style\": \"b.png\"}.")
            }
            if let other = object.keys.sorted().first(where: { !known.contains($0) }) {
                throw Failure(
                    .input,
                    "\(place) says \(other), which no job has; there are \(known.sorted().formatted(.list(type: .and)))."
                )
            }
            return try Self.job(
                content: job.content, styles: job.style.all, shares: job.blend, output: job.output, folder, place)
        }
    }

    // MARK: - CSV

    private static func csv(_ text: String, of name: String, _ folder: String) throws -> [BatchJob] {
        guard let table = try? SwiftCSV.CSV<Named>(string: text, delimiter: .comma) else {
            throw Failure(.input, "\(name) is neither JSON lines nor CSV.")
        }
        let columns: Set = ["content", "style", "output"]
        guard Set(["content", "style"]).isSubset(of: table.header), Set(table.header).isSubset(of: columns) else {
            throw Failure(.input, "the first line of \(name) should name the columns: content,style,output.")
        }
        return try table.rows.enumerated().map { index, row in
            let output = row["output"].flatMap { $0.isEmpty ? nil : $0 }
            return try job(
                content: row["content"] ?? "", styles: [row["style"] ?? ""], shares: nil, output: output, folder,
                "job \(index + 1) of \(name)")
        }
    }

    private static func job(
        content: String, styles: [String], shares: [Float]?, output: String?, _ folder: String, _ place: String
    ) throws -> BatchJob {
        guard !content.isEmpty, !styles.isEmpty, !styles.contains("") else {
            throw Failure(.input, "\(place) does not name a content and a style.")
        }
        let shares = shares ?? styles.map { _ in 1 }
        guard shares.count == styles.count, shares.allSatisfy({ $0.isFinite && $0 >= 0 }),
            shares.contains(where: { $0 > 0 })
        else { throw Failure(.input, "\(place) wants a number for each style, none negative and not all 0.") }
        return BatchJob(
            content: content, styles: styles, shares: shares,
            output: output ?? join(folder, paintingName(content: content, styles: styles)))
    }
}
