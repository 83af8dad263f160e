import FeatureNetwork
import FeatureTraining
import Files
import Foundation
import Imaging
import Kernels
import Numerics
import Safetensors
import StyleTransfer

/// Paints requests. What several have in common, such as the network or a style, is made ready once.
public struct Painter: Sendable {
    public static let version = "0.1.0"
    /// Raised when requests come out otherwise than before, so that what is there already counts as painted otherwise.
    static let resultVersion = 1

    /// What all requests share that differ in nothing but their pictures and where they go.
    public struct Setup: Sendable {
        public let stylizer: Stylizer
        /// Whether L-BFGS takes the place of the built-in optimizer, which was not trained for the network.
        public let hasStandIn: Bool
        /// Stands for the weights of the network and the optimizer.
        fileprivate let digest: String
        fileprivate let styles: SharedCache<Blend, PreparedStyles>
    }

    /// A blend of styles, by path.
    fileprivate struct Blend: Equatable {
        var paths: [ExactPath]
        var shares: [Float]
    }

    /// What is known of a request before it is painted.
    public struct Plan: Sendable {
        /// What there is where the painting goes.
        public enum Found: Sendable {
            /// Nothing, or what is replaced whatever it is.
            case nothing
            /// The painting.
            case same
            /// What was painted of other pictures or with other settings.
            case outdated
        }

        public var found: Found
        /// Stands for all that the painting depends on; `nil` when an input can be read but once, as a pipe.
        var fingerprint: String?

        public var isKept: Bool { found == .same }
    }

    private struct NetworkFile: Equatable {
        var features: ExactPath?
        var pooling: Pooling?
    }

    private let styleCount: Int
    private let setups: SharedCache<PaintingRequest, Setup>
    private let networks = SharedCache<NetworkFile, FeatureNetwork>(capacity: 1)
    private let digests = FileDigests()

    /// - Parameter styleCount: how many blends of styles are kept for the next requests.
    public init(keeping styleCount: Int = Parallel.threadCount) {
        self.styleCount = styleCount
        setups = SharedCache(capacity: Parallel.threadCount)
    }

    /// The network, the optimizer and the start, which are read unless a request before had the same.
    ///
    /// - Throws: `Failure`.
    public func setup(for request: PaintingRequest) throws -> Setup {
        try setups.value(for: request.withoutPictures) {
            let file = NetworkFile(features: request.features.map(ExactPath.init), pooling: request.pooling)
            let network = try networks.value(for: file) { try request.network() }
            var settings = request.settings(for: network)
            settings.optimizer = try request.optimizer(for: network)
            settings.start =
                switch request.start {
                case .content: .content
                case .noise: .noise
                case .file(let path): .picture(try PictureFile.read(path, maximumPixels: request.maximumPixels))
                }
            var digest = Digest()
            digest.add(network.digest)
            if case .learned(let learned) = settings.optimizer { digest.add(learned.safetensors.bytes) }
            return Setup(
                stylizer: try failures { try Stylizer(network: network, settings: settings) },
                hasStandIn: request.optimizer == nil && OptimizerChoice(settings.optimizer) != .standard,
                digest: digest.text, styles: SharedCache(capacity: styleCount))
        }
    }

    // MARK: - What is there already

    /// - Throws: `Failure` when an input cannot be read or a file is in the way.
    public func plan(_ request: PaintingRequest) throws -> Plan {
        let fingerprint = try fingerprint(of: request)
        return Plan(found: try found(request, fingerprint), fingerprint: fingerprint)
    }

    private func found(_ request: PaintingRequest, _ fingerprint: String?) throws -> Plan.Found {
        guard let path = request.file, exists(path) else { return .nothing }
        switch request.existing {
        case .kept: return .same
        case .refused: try OutputFile.checkIsNew(path, option: "--output")
        case .keptIfSame, .updated, .replaced: break
        }
        // Whatever is there may be replaced, but for a folder.
        if request.existing == .replaced, !isFolder(path) { return .nothing }
        let there: String?
        do {
            there = StoredText.read(try File.read(path))[Painting.fingerprintKey]
        } catch {
            throw Failure(.output, "\(path) is in the way and cannot be read: \(error).")
        }
        guard there != nil else {
            throw Failure(.output, "\(path) is none of ours; choose another --output, or pass --force.")
        }
        return there == fingerprint ? .same : .outdated
    }

    /// Of all that the painting depends on: the settings, the weights and the pictures' bytes.
    private func fingerprint(of request: PaintingRequest) throws -> String? {
        var digest = Digest()
        digest.add("\(Self.resultVersion)")
        digest.add((request.options + request.shares.map(\.description)).joined(separator: " "))
        digest.add("\(request.styles.count) \(request.styleMasks.count)")
        digest.add(try setup(for: request).digest)
        for path in request.pictures {
            if File.isReadOnce(path) { return nil }
            do {
                digest.add(try digests.digest(of: path))
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
    ///   - onStart: called before the first step with the content and the bytes that the painting will take; what it
    ///     throws is thrown.
    ///   - onStep: called after each step; its answer carries on or stops.
    /// - Throws: `Failure`.
    public func paint(
        _ request: PaintingRequest, _ plan: Plan, onRead: (String, Picture) -> Void = { _, _ in },
        onStart: (_ content: Picture, _ memory: Double) throws -> Void = { _, _ in },
        onStep: (Stylizer.Progress) -> Stylizer.Decision
    ) throws -> Painting {
        let began = ContinuousClock.now
        let setup = try setup(for: request)
        func read(_ path: String) throws -> DecodedPicture {
            let decoded = try PictureFile.readWithMetadata(path, maximumPixels: request.maximumPixels)
            onRead(path, decoded.picture)
            return decoded
        }
        let content = try read(request.content)
        let mask = try request.mask.map { try read($0).picture.mask }
        let styleMasks = try request.styleMasks.map { try read($0).picture.mask }
        let result = try failures("\(request.content) cannot be painted: ") {
            let blends = try blends(of: request, setup) { try read($0).picture }
            try requireRoom(for: content.picture, in: request)
            let inputs = content.picture.bytes + blends.reduce(0) { $0 + $1.bytes }
            let size = setup.stylizer.outputSize(for: content.picture)
            try onStart(
                content.picture,
                Double(inputs) + setup.stylizer.memoryNeeded(width: size.width, height: size.height))
            return try RegionPainting(stylizer: setup.stylizer, mask: mask, styleMasks: styleMasks)
                .paint(content.picture, blends, progress: onStep)
        }
        guard result.loss.isFinite else {
            throw Failure(
                .unmade,
                "\(request.content) cannot be painted: the steps go astray; try a smaller --learning-rate.")
        }
        // What nobody compares with later is not thrown away; it only has no fingerprint then.
        let isUnchanged = (try? fingerprint(of: request)) == plan.fingerprint
        guard isUnchanged || ![.keptIfSame, .updated].contains(request.existing) else {
            let inputs = request.pictures.formatted(.list(type: .and))
            throw Failure(.input, "\(inputs) changed while they were painted from; run it again.")
        }
        var settled = request
        settled.optimizer = OptimizerChoice(setup.stylizer.settings.optimizer)
        return Painting(
            request: settled, content: content, result: result,
            fingerprint: isUnchanged ? plan.fingerprint : nil, took: began.duration(to: .now))
    }

    /// Throws when there is not enough memory for a painting of that content, or it is too large for its format.
    public func requireRoom(for content: Picture, in request: PaintingRequest) throws {
        let stylizer = try setup(for: request).stylizer
        let size = stylizer.outputSize(for: content)
        try failures("\(request.content) cannot be painted: ") {
            try stylizer.requireMemory(width: size.width, height: size.height, besides: Double(content.bytes))
        }
        do {
            try request.format.requireRoom(width: size.width, height: size.height)
        } catch let error as ImagingError {
            throw Failure(.output, "\(request.output ?? "the picture") cannot be written: \(error).")
        }
    }

    /// With style masks one for each, and otherwise all styles as one.
    private func blends(
        of request: PaintingRequest, _ setup: Setup, read: (String) throws -> Picture
    ) throws -> [PreparedStyles] {
        let blends =
            request.styleMasks.isEmpty
            ? [(paths: request.styles, shares: request.shares)]
            : request.styles.map { (paths: [$0], shares: [1]) }
        return try blends.map { blend in
            try setup.styles.value(for: Blend(paths: blend.paths.map(ExactPath.init), shares: blend.shares)) {
                try setup.stylizer.prepare(zip(blend.paths, blend.shares).map { .init(try read($0), weight: $1) })
            }
        }
    }
}

extension PaintingRequest {
    /// What it has in common with requests that differ in nothing but their pictures and where they go.
    fileprivate var withoutPictures: PaintingRequest {
        var request = self
        (request.content, request.styles, request.shares, request.mask, request.styleMasks) = ("", [], [], nil, [])
        (request.output, request.previewEvery, request.existing) = (nil, nil, .refused)
        return request
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
