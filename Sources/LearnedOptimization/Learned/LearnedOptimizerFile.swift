import Foundation
import Kernels
import Safetensors

/// What keeps a file from being a learned optimizer. The description is a clause.
public enum LearnedOptimizerError: Error, Equatable, CustomStringConvertible {
    case notAnOptimizer
    case unknownVersion(String, known: String)
    case unknownPreset
    case wrongTensor(name: String, expected: [Int])
    case notFinite(tensor: String)
    case notPositive(tensor: String)
    case noWindows

    public var description: String {
        switch self {
        case .notAnOptimizer: "it holds no learned optimizer"
        case .unknownVersion(let version, let known):
            "it is of version \(version), and this program knows version \(known)"
        case .unknownPreset: "it has inputs or an update that this program does not know"
        case .wrongTensor(let name, let expected): "tensor \"\(name)\" is missing or not of shape \(expected)"
        case .notFinite(let tensor): "tensor \"\(tensor)\" holds values that are not numbers"
        case .notPositive(let tensor): "tensor \"\(tensor)\" holds values that are not above 0"
        case .noWindows: "it does not say on how many windows its curvatures are taken"
        }
    }
}

extension LearnedOptimizer {
    /// Of the format and of what inputs and updates mean; a file of another version is refused.
    static let fileVersion = "3"

    private enum Key {
        static let version = "learned-optimizer"
        static let architecture = "preset"
    }

    /// Reads an optimizer from the bytes of a safetensors file, which describes itself.
    ///
    /// - Throws: `SafetensorsError` or `LearnedOptimizerError`.
    public init(safetensors bytes: [UInt8]) throws { try self.init(SafetensorsFile(bytes: bytes)) }

    /// - Throws: `LearnedOptimizerError`.
    public init(_ file: SafetensorsFile) throws {
        var record = file.metadata
        guard let version = record.removeValue(forKey: Key.version),
            let json = record.removeValue(forKey: Key.architecture)
        else { throw LearnedOptimizerError.notAnOptimizer }
        guard version == Self.fileVersion else {
            throw LearnedOptimizerError.unknownVersion(version, known: Self.fileVersion)
        }
        guard let architecture = try? JSONDecoder().decode(Architecture.self, from: Data(json.utf8)),
            architecture.isSound
        else { throw LearnedOptimizerError.unknownPreset }
        record[SafetensorsFile.windowsKey] = nil
        self.init(
            architecture, weights: try file.weights(of: architecture, prefix: ""),
            preconditioner: try file.preconditioner(for: architecture), windows: try file.windows, record: record)
    }

    /// As a file: a tensor for each part of the weights, and everything else as metadata.
    public var safetensors: SafetensorsFile {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var file = SafetensorsFile(tensors: [:], metadata: record)
        file.metadata[Key.version] = Self.fileVersion
        file.metadata[Key.architecture] = String(decoding: try! encoder.encode(architecture), as: UTF8.self)
        file.add(weights, of: architecture, prefix: "")
        file.add(preconditioner, for: architecture)
        file.metadata[SafetensorsFile.windowsKey] = String(windows)
        return file
    }
}

extension SafetensorsFile {
    private static let preconditionerName = "preconditioner"
    static let windowsKey = "windows"

    /// `LearnedOptimizer.windows`
    var windows: Int {
        get throws {
            guard let windows = metadata[Self.windowsKey].flatMap({ Int($0) }),
                LearnedOptimizer.Architecture.windowsRange.contains(windows)
            else {
                throw LearnedOptimizerError.noWindows
            }
            return windows
        }
    }

    /// - Throws: `LearnedOptimizerError`, like the functions below.
    private func values(_ name: String, _ shape: [Int]) throws -> [Float] {
        guard let tensor = self[name], tensor.shape == shape else {
            throw LearnedOptimizerError.wrongTensor(name: name, expected: shape)
        }
        guard tensor.values.allSatisfy(\.isFinite) else { throw LearnedOptimizerError.notFinite(tensor: name) }
        return tensor.values
    }

    func preconditioner(for architecture: LearnedOptimizer.Architecture) throws -> Preconditioner {
        guard architecture.update.isQuasiNewton else { return .identity }
        let (name, octaves) = (Self.preconditionerName, Preconditioner.octaves)
        let gains = try values(name, [2, octaves])
        guard gains.allSatisfy({ $0 > 0 }) else { throw LearnedOptimizerError.notPositive(tensor: name) }
        return Preconditioner(luma: Array(gains[..<octaves]), chroma: Array(gains[octaves...]))
    }

    mutating func add(_ preconditioner: Preconditioner, for architecture: LearnedOptimizer.Architecture) {
        guard architecture.update.isQuasiNewton else { return }
        self[Self.preconditionerName] = Tensor(
            shape: [2, Preconditioner.octaves], values: preconditioner.luma + preconditioner.chroma)
    }

    func weights(of architecture: LearnedOptimizer.Architecture, prefix: String) throws -> [Float] {
        try architecture.shape.tensors.flatMap { try values(prefix + $0.name, $0.shape) }
    }

    mutating func add(_ weights: [Float], of architecture: LearnedOptimizer.Architecture, prefix: String) {
        for (name, shape, range) in architecture.shape.tensors {
            self[prefix + name] = Tensor(shape: shape, values: Array(weights[range]))
        }
    }
}
