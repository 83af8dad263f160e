import FeatureNetwork
import Files
import Foundation
import Imaging
import Kernels
import LearnedOptimization
import StyleTransfer

/// One picture to be painted: all that it depends on, and where it goes.
///
/// It is what is checked, painted, recorded in the picture, compared with what is there already and told. Pictures and
/// weights are paths.
public struct PaintingRequest: Equatable, Sendable {
    /// What is done about a file that is there already.
    public enum Existing: Sendable {
        /// It is in the way.
        case refused
        /// It is taken for the painting, whatever it is.
        case kept
        /// It is taken if it was made of the same pictures with the same settings; anything else is in the way.
        case keptIfSame
        /// The same, but what was painted otherwise is replaced; anybody else's file is in the way.
        case updated
        case replaced
    }

    // MARK: Pictures

    public var content = ""
    /// Several are blended, or show each where its mask does.
    public var styles: [String] = []
    /// Each style's share of a blend.
    public var shares: [Float] = []
    /// White where to paint at all.
    public var mask: String?
    /// White where to paint in each of the styles; none when they are blended.
    public var styleMasks: [String] = []
    /// Larger pictures are refused.
    public var maximumPixels = Picture.defaultMaximumPixels

    // MARK: Look

    /// All but what depends on files: the start, the layers and the optimizer.
    public var settings = Stylizer.Settings()
    public var start = StartingPoint.content
    /// `nil` is the built-in network.
    public var features: String?
    /// Instead of the network's own.
    public var pooling: Pooling?
    /// `nil` are the layers that suit the network, as the style's.
    public var contentLayers: LayerList?
    public var styleLayers: LayerList?
    /// `nil` is the built-in learned optimizer, or L-BFGS if that was not trained for the network.
    public var optimizer: OptimizerChoice?
    /// `nil` are the built-in weights.
    public var optimizerWeights: String?

    // MARK: Result

    /// A file, `-` for standard output, or `nil` when nothing is written.
    public var output: String?
    /// Of a PNG.
    public var depth = PictureFormat.BitDepth.eight
    /// Of a JPEG, 1...100.
    public var quality = 95
    /// Whether the result has the content's profile and its EXIF and XMP.
    public var keepsProfile = false
    public var keepsMetadata = false
    public var existing = Existing.refused
    /// After how many steps the picture so far is written beside the output, again and again.
    public var previewEvery: Int?

    public init() {}
}

// MARK: - Names

extension PaintingRequest {
    /// What a painting is called unless somebody says otherwise: `photo-waves.png`
    public var defaultName: String {
        func name(_ path: String) -> String { path == File.standardInput ? "stdin" : stem(path) }
        return name(content) + "-" + styles.map(name).joined(separator: "+") + ".png"
    }

    /// `photo.jpg in the style of waves.png`
    public var title: String {
        func name(_ path: String) -> String { path == File.standardInput ? "standard input" : fileName(path) }
        return name(content) + " in the style of " + styles.map(name).formatted(.list(type: .and))
    }

    /// All pictures it is painted from.
    var pictures: [String] {
        var pictures = [content] + styles + styleMasks
        if let mask { pictures.append(mask) }
        if case .file(let path) = start { pictures.append(path) }
        return pictures
    }

    /// `nil` when it does not go to a file.
    public var file: String? { output == "-" ? nil : output }

    /// `out-preview.png` for `out.jpg`.
    public var preview: String? {
        previewEvery == nil ? nil : file.map { join(folder(of: $0), stem($0) + "-preview.png") }
    }

    /// The request with its output settled: a folder gets the default name, as nothing does, with a number if that is
    /// taken and not to be replaced: `photo-waves-2.png`.
    public func withOutput(_ output: String?) -> PaintingRequest {
        var request = self
        let folder: String
        switch output {
        case nil: folder = "."
        case .some(let path) where path.hasSuffix("/") || isFolder(path): folder = path
        case .some(let file):
            request.output = file
            return request
        }
        request.output = join(folder, defaultName)
        var number = 1
        while existing == .refused, [request.file, request.preview].compactMap(\.self).contains(where: exists) {
            number += 1
            request.output = join(folder, "\(stem(defaultName))-\(number).png")
        }
        return request
    }
}

// MARK: - Before anything is read

extension PaintingRequest {
    /// The format that the output's ending chooses; of standard output it is PNG.
    ///
    /// - Throws: `Failure` when there is none, or none with so many bits.
    public var format: PictureFormat {
        get throws {
            guard let file, case .jpeg = try PictureFormat.chosen(by: file) else { return .png(depth: depth) }
            guard depth == .eight else {
                throw Failure(.usage, "A JPEG holds 8 bits; use --depth 8, or a .png output.")
            }
            return .jpeg(quality: quality)
        }
    }

    /// Throws when an input is missing or asked for twice of standard input, when the output could not be written, or when it would replace what nobody said
    /// to replace.
    public func check() throws {
        let inputs = pictures + [features, optimizerWeights].compactMap(\.self)
        for input in inputs { try PictureFile.check(input) }
        guard inputs.count(where: { $0 == File.standardInput }) <= 1 else {
            throw Failure(.usage, "Standard input can be read but once; name files for the other pictures.")
        }
        _ = try format
        guard let file else { return }
        try OutputFile.check(file, option: "--output")
        for path in [file, preview].compactMap(\.self) {
            try OutputFile.checkIsNoInput(path, of: inputs, option: "--output")
        }
        if existing == .replaced { return }
        for path in [file, preview].compactMap(\.self) { try OutputFile.checkIsNew(path, option: "--output") }
    }
}

// MARK: - What its files say

extension PaintingRequest {
    public func network() throws -> FeatureNetwork {
        try FeaturesFile.read(features, pooling: pooling)
    }

    /// All but the start and the optimizer.
    public func settings(for network: FeatureNetwork) -> Stylizer.Settings {
        let suitable = ObjectiveSettings(for: network)
        var settings = settings
        settings.objective.contentLayers = contentLayers?.elements ?? suitable.contentLayers
        settings.objective.styleLayers = styleLayers?.elements ?? suitable.styleLayers
        return settings
    }

    func optimizer(for network: FeatureNetwork) throws -> Stylizer.Optimizer {
        if case .baseline(let kind) = optimizer { return .baseline(kind) }
        if let optimizerWeights { return .learned(try OptimizerFile.read(optimizerWeights, for: network)) }
        let builtIn = LearnedOptimizer.builtIn
        return optimizer == nil && !builtIn.isTrained(for: network) ? .baseline(.lbfgs) : .learned(builtIn)
    }
}
