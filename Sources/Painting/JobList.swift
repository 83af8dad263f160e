import Files
import Foundation
import SwiftCSV

/// A list of paintings to make: a JSON object a line, or CSV with a line of column names.
public enum JobList {
    /// - Parameters:
    ///   - path: of the list; `-` is standard input.
    ///   - request: what the jobs are but for their pictures and outputs.
    ///   - folder: where what has no output goes.
    /// - Throws: `Failure` that names the line or the row.
    public static func read(
        _ path: String, like request: PaintingRequest, folder: String
    ) throws -> [PaintingRequest] {
        let name = path == "-" ? "standard input" : path
        let text: String
        do {
            let bytes = path == "-" ? Array(FileHandle.standardInput.readDataToEndOfFile()) : try File.read(path)
            guard let decoded = String(validating: bytes, as: UTF8.self) else {
                throw Failure(.input, "\(name) is no list of jobs: it is not text in UTF-8.")
            }
            text = String(decoded.trimmingPrefix("\u{FEFF}"))
        } catch let error as FileError {
            throw Failure(.input, "\(name) cannot be read: \(error).")
        }
        let isJSON = text.first { !$0.isWhitespace } == "{"
        let jobs = try isJSON ? jsonLines(text, of: name) : csv(text, of: name)
        guard !jobs.isEmpty else { throw Failure(.input, "there is no job in \(name).") }
        return try jobs.map { job, place in try job.request(like: request, folder: folder, place) }
    }

    private struct Job: Decodable {
        var content: String
        var style: OneOrMore
        var blend: [Float]?
        var mask: String?
        var styleMask: OneOrMore?
        var output: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case content, style, blend, mask, styleMask, output
        }

        /// - Parameter place: where the job stands, as a sentence begins.
        func request(like request: PaintingRequest, folder: String, _ place: String) throws -> PaintingRequest {
            func require(_ isFine: Bool, _ complaint: String) throws {
                guard isFine else { throw Failure(.input, "\(place) \(complaint).") }
            }
            let styles = style.all
            try require(
                !content.isEmpty && !styles.isEmpty && !styles.contains(""), "does not name a content and a style")
            let shares = blend ?? styles.map { _ in 1 }
            try require(
                shares.count == styles.count && shares.allSatisfy { $0.isFinite && $0 >= 0 }
                    && shares.contains { $0 > 0 },
                "wants a number for each style, none negative and not all 0")
            try require(
                styleMask == nil || (styleMask!.all.count == styles.count && blend == nil),
                "wants a mask for each style, and then no blend")
            var request = request
            (request.content, request.styles, request.shares) = (content, styles, shares)
            (request.mask, request.styleMasks) = (mask, styleMask?.all ?? [])
            request.output = output ?? join(folder, request.defaultName)
            return request
        }
    }

    private struct OneOrMore: Decodable {
        var all: [String]

        init(_ one: String) { all = [one] }

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            all = try (try? [value.decode(String.self)]) ?? value.decode([String].self)
        }
    }

    private static func jsonLines(_ text: String, of name: String) throws -> [(Job, place: String)] {
        let known = Job.CodingKeys.allCases.map(\.rawValue)
        return try text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap {
            index, line in
            guard line.contains(where: { !$0.isWhitespace }) else { return nil }
            let place = "line \(index + 1) of \(name)"
            let data = Data(line.utf8)
            guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
                let job = try? JSONDecoder().decode(Job.self, from: data)
            else {
                throw Failure(
                    .input, "\(place) is no job; it should look like {\"content\": \"a.jpg\", \"style\": \"b.png\"}.")
            }
            if let other = object.keys.sorted().first(where: { !known.contains($0) }) {
                throw Failure(
                    .input,
                    "\(place) says \(other), which no job has; there are \(known.formatted(.list(type: .and))).")
            }
            return (job, place)
        }
    }

    private static func csv(_ text: String, of name: String) throws -> [(Job, place: String)] {
        guard let table = try? SwiftCSV.CSV<Named>(string: text, delimiter: .comma) else {
            throw Failure(.input, "\(name) is neither JSON lines nor CSV.")
        }
        let columns: Set = ["content", "style", "output"]
        guard Set(["content", "style"]).isSubset(of: table.header), Set(table.header).isSubset(of: columns) else {
            throw Failure(.input, "the first line of \(name) should name the columns: content,style,output.")
        }
        return table.rows.enumerated().map { index, row in
            let output = row["output"].flatMap { $0.isEmpty ? nil : $0 }
            let job = Job(content: row["content"] ?? "", style: OneOrMore(row["style"] ?? ""), output: output)
            return (job, "job \(index + 1) of \(name)")
        }
    }
}
