import FeatureTraining
import Files
import Foundation
import Imaging
import Numerics
import Safetensors
import StyleTransfer

/// Paints requests that differ in nothing but their pictures and where they go.
public struct Painter: Sendable {
    public static let version = "0.1.0"

    /// A blend of styles, by path.
    private struct Blend: Equatable {
        var paths: [String]
        var shares: [Float]
    }

    /// What is known of a request before it is painted.
    public struct Plan: Sendable {
        /// Stands for all that the painting depends on; `nil` when an input can be read but once, as a pipe.
        var fingerprint: String?
        /// Whether the painting is there already.
        public var isKept: Bool
    }

    public let stylizer: Stylizer
    /// Whether L-BFGS takes the place of the built-in optimizer, which was not trained for the network.
    public let hasStandIn: Bool
    private let styles: SharedCache<Blend, PreparedStyles>

    /// Reads the network, the optimizer and the start.
    ///
    /// - Parameters:
    ///   - request: like all that are to be painted.
    ///   - styleCount: how many blends of styles are kept for the next requests.
    public init(_ request: PaintingRequest, keeping styleCount: Int = Parallel.threadCount) throws {
        let network = try request.network()
        var settings = request.settings(for: network)
        settings.optimizer = try request.optimizer(for: network)
        hasStandIn = request.optimizer == nil && OptimizerChoice(settings.optimizer) != .standard
        settings.start =
            switch request.start {
            case .content: .content
            case .noise: .noise
            case .file(let path): .picture(try PictureFile.read(path, maximumPixels: request.maximumPixels))
            }
        stylizer = try failures { try Stylizer(network: network, settings: settings) }
        styles = SharedCache(capacity: styleCount)
    }

    // MARK: - What is there already

    /// - Throws: `Failure` when an input cannot be read or a file is in the way.
    public func plan(_ request: PaintingRequest) throws -> Plan {
        let fingerprint = try fingerprint(of: request)
        return Plan(fingerprint: fingerprint, isKept: try isKept(request, fingerprint))
    }

    private func isKept(_ request: PaintingRequest, _ fingerprint: String?) throws -> Bool {
        guard let path = request.file, exists(path) else { return false }
        switch request.existing {
        case .kept: return true
        case .refused: try OutputFile.checkIsNew(path, option: "--output")
        case .keptIfSame, .replaced: break
        }
        // Whatever is there may be replaced, but for a folder.
        if request.existing == .replaced, !isFolder(path) { return false }
        let found: String?
        do {
            found = StoredText.read(try File.read(path))[Painting.fingerprintKey]
        } catch {
            throw Failure(.output, "\(path) is in the way and cannot be read: \(error).")
        }
        guard found != nil else {
            throw Failure(.output, "\(path) is none of ours; choose another --output, or pass --force.")
        }
        return found == fingerprint
    }

    /// Of the version, the settings, the network, the optimizer and the pictures' bytes.
    private func fingerprint(of request: PaintingRequest) throws -> String? {
        var digest = Digest()
        digest.add(Self.version)
        digest.add((request.options + request.shares.map(\.description)).joined(separator: " "))
        digest.add("\(request.styles.count) \(request.styleMasks.count)")
        digest.add(stylizer.network.digest)
        if case .learned(let learned) = stylizer.settings.optimizer { digest.add(learned.safetensors.bytes) }
        for path in request.pictures {
            if File.isSpecial(path) { return nil }
            do {
                digest.add(try PictureFile.bytes(path))
            } catch {
                throw Failure(.input, "\(path) cannot be read: \(error).")
            }
        }
        return digest.text
    }

    // MARK: - Painting

    /// Reads the pictures and paints. Nothing is written.
    ///
    /// - Parameters:
    ///   - onRead: called with each picture and its path.
    ///   - onStart: called before the first step with the content and the result's size; what it throws is thrown.
    ///   - onStep: called after each step; its answer carries on or stops.
    /// - Throws: `Failure`.
    public func paint(
        _ request: PaintingRequest, _ plan: Plan, onRead: (String, Picture) -> Void = { _, _ in },
        onStart: (_ content: Picture, _ size: PictureSize) throws -> Void = { _, _ in },
        onStep: (Stylizer.Progress) -> Stylizer.Decision
    ) throws -> Painting {
        let began = ContinuousClock.now
        func read(_ path: String) throws -> DecodedPicture {
            let decoded = try PictureFile.readWithMetadata(path, maximumPixels: request.maximumPixels)
            onRead(path, decoded.picture)
            return decoded
        }
        let content = try read(request.content)
        let mask = try request.mask.map { try read($0).picture.mask }
        let styleMasks = try request.styleMasks.map { try read($0).picture.mask }
        let result = try failures("\(request.content) cannot be painted: ") {
            let blends = try blends(of: request) { try read($0).picture }
            try requireRoom(for: content.picture, in: request)
            try onStart(content.picture, stylizer.outputSize(for: content.picture))
            return try RegionPainting(stylizer: stylizer, mask: mask, styleMasks: styleMasks)
                .paint(content.picture, blends, progress: onStep)
        }
        guard result.loss.isFinite else {
            throw Failure(
                .unmade,
                "\(request.content) cannot be painted: the steps go astray; try a smaller --learning-rate.")
        }
        // What nobody compares with later is not thrown away; it only has no fingerprint then.
        let isUnchanged = (try? fingerprint(of: request)) == plan.fingerprint
        guard isUnchanged || request.existing != .keptIfSame else {
            let inputs = request.pictures.formatted(.list(type: .and))
            throw Failure(.input, "\(inputs) changed while they were painted from; run it again.")
        }
        var settled = request
        settled.optimizer = OptimizerChoice(stylizer.settings.optimizer)
        return Painting(
            request: settled, content: content, result: result,
            fingerprint: isUnchanged ? plan.fingerprint : nil, took: began.duration(to: .now))
    }

    /// Throws when there is not enough memory for a painting of that content, or it is too large for its format.
    public func requireRoom(for content: Picture, in request: PaintingRequest) throws {
        let size = stylizer.outputSize(for: content)
        try failures("\(request.content) cannot be painted: ") {
            try stylizer.requireMemory(width: size.width, height: size.height)
        }
        do {
            try request.format.requireRoom(width: size.width, height: size.height)
        } catch let error as ImagingError {
            throw Failure(.output, "\(request.output ?? "the picture") cannot be written: \(error).")
        }
    }

    /// With style masks one for each, and otherwise all styles as one.
    private func blends(of request: PaintingRequest, read: (String) throws -> Picture) throws -> [PreparedStyles] {
        let blends =
            request.styleMasks.isEmpty
            ? [Blend(paths: request.styles, shares: request.shares)]
            : request.styles.map { Blend(paths: [$0], shares: [1]) }
        return try blends.map { blend in
            try styles.value(for: blend) {
                try stylizer.prepare(zip(blend.paths, blend.shares).map { .init(try read($0), weight: $1) })
            }
        }
    }
}

/// What the libraries have against what was asked for, as a sentence.
func failures<Value>(_ beginning: String = "", _ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as StyleTransferError {
        throw Failure(.usage, "\(beginning)\(error).")
    } catch let error as DistillerError {
        throw Failure(.usage, "\(beginning)\(error).")
    }
}
