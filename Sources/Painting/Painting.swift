import Files
import Foundation
import Imaging
import StyleTransfer

/// A request that was painted.
public struct Painting: Sendable {
    static let fingerprintKey = "Fingerprint"

    /// With the optimizer that took part.
    public let request: PaintingRequest
    public let content: DecodedPicture
    public let result: Stylizer.Result
    let fingerprint: String?
    public let took: Duration

    /// Writes the picture where the request says. It carries the command line that repeats it.
    public func write() throws {
        guard let output = request.output else { return }
        var text: [String: String] = [:]
        // A shell takes what follows # for a comment, so that the record can still be pasted.
        let remark = result.wasStopped ? " # stopped after \(result.steps.counted("step"))" : ""
        text["Command line"] = request.commandLine + remark
        // What is not finished is not what the request stands for.
        text[Self.fingerprintKey] = result.wasStopped ? nil : fingerprint
        let metadata = PictureMetadata(
            profile: request.keepsProfile ? content.metadata.profile : nil,
            exif: request.keepsMetadata ? content.metadata.exif : nil,
            xmp: request.keepsMetadata ? content.metadata.xmp : nil)
        let bytes = try PictureFile.encode(result.picture, as: request.format, text: text, metadata: metadata)
        if request.file == nil {
            do {
                try File.whileNobodyWrites { try StandardStream.output.write(bytes) }
            } catch {
                throw Failure(.output, "standard output cannot be written; is the disk full?")
            }
        } else {
            do {
                try File.write(bytes, to: output, replacing: [.replaced, .updated].contains(request.existing))
            } catch FileError.exists where isThere(output) {
                // Another run was quicker.
            } catch {
                throw Failure(.output, "\(output) cannot be written: \(error).")
            }
        }
    }

    /// Whether the same painting has come to be there meanwhile.
    private func isThere(_ output: String) -> Bool {
        guard request.existing == .keptIfSame, let fingerprint, let bytes = try? File.read(output) else { return false }
        return StoredText.read(bytes)[Self.fingerprintKey] == fingerprint
    }

    public var report: PaintingReport {
        var report = PaintingReport(request, result.wasStopped ? .stopped : .painted)
        (report.width, report.height) = (result.picture.width, result.picture.height)
        (report.loss, report.steps) = (result.loss, result.steps)
        report.seconds = (took / .milliseconds(1)).rounded() / 1000
        return report
    }
}

/// What became of a request, as a script reads it.
public struct PaintingReport: Encodable, Equatable, Sendable {
    public enum State: String, Encodable, Sendable {
        case painted
        /// It was there already.
        case kept
        /// It would be painted.
        case planned
        /// It was painted of other pictures or with other settings, and would be replaced.
        case outdated
        /// Somebody stopped it; the best so far was written.
        case stopped
        case failed
    }

    public var content: String
    public var styles: [String]
    /// A path, or `-` for standard output.
    public var output: String?
    public var state: State
    /// Of the result in pixels; this and what follows is known of what was painted.
    public var width: Int?
    public var height: Int?
    /// The objective's value in the end.
    public var loss: Double?
    public var seed: UInt64
    public var steps: Int?
    public var seconds: Double?
    /// Why it failed.
    public var reason: String?

    public init(_ request: PaintingRequest, _ state: State, reason: String? = nil) {
        (content, styles, output) = (request.content, request.styles, request.output)
        seed = request.settings.seed
        (self.state, self.reason) = (state, reason)
    }
}
