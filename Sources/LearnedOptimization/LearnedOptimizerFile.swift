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
        static let preset = "preset"
    }

    /// Reads an optimizer from the bytes of a safetensors file, which describes itself.
    ///
    /// - Throws: `SafetensorsError` or `LearnedOptimizerError`.
    public init(safetensors bytes: [UInt8]) throws { try self.init(SafetensorsFile(bytes: bytes)) }

    /// - Throws: `LearnedOptimizerError`.
    public init(_ file: SafetensorsFile) throws {
        var record = file.metadata
        guard let version = record.removeValue(forKey: Key.version), let json = record.removeValue(forKey: Key.preset)
        else { throw LearnedOptimizerError.notAnOptimizer }
        guard version == Self.fileVersion else {
            throw LearnedOptimizerError.unknownVersion(version, known: Self.fileVersion)
        }
        guard let preset = try? JSONDecoder().decode(Preset.self, from: Data(json.utf8)), preset.isSound else {
            throw LearnedOptimizerError.unknownPreset
        }
        record[SafetensorsFile.windowsKey] = nil
        self.init(
            preset: preset, weights: try file.weights(of: preset, prefix: ""),
            preconditioner: try file.preconditioner(for: preset), windows: try file.windows, record: record)
    }

    /// As a file: a tensor for each part of the weights, and everything else as metadata.
    public var safetensors: SafetensorsFile {
        var file = SafetensorsFile(tensors: [:], metadata: record)
        file.metadata[Key.version] = Self.fileVersion
        file.metadata[Key.preset] = preset.json
        file.add(weights, of: preset, prefix: "")
        file.add(preconditioner, for: preset)
        file.metadata[SafetensorsFile.windowsKey] = String(windows)
        return file
    }
}

extension LearnedOptimizer.Preset {
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try! encoder.encode(self), as: UTF8.self)
    }

    /// What these numbers may be.
    public static let hiddenRange = 1...LSTMShape.mostUnits, layersRange = 1...16, horizonRange = 1...1_000_000
    static let windowsRange = 1...100

    /// Whether a walk can be made of it and taught, as of what a damaged file says it may not.
    var isSound: Bool {
        let isUpdateSound =
            switch update {
            case .scaledOutput(let scale): scale.isFinite
            case .quasiNewton(let pairs, let direction, let gradient, let move, let free, let means):
                (1...100).contains(pairs) && [direction, gradient, move, free, means].allSatisfy(\.isFinite)
            }
        return isUpdateSound && Self.hiddenRange.contains(hidden) && Self.layersRange.contains(layers)
            && !inputs.isEmpty && inputs.allSatisfy(update.provides)
            && shape.inputs + shape.sharedInputs + hidden <= LSTMShape.mostRows
            && (0...1000).contains(guardMemory) && training.isSound
    }
}

extension LearnedOptimizer.Preset.Update {
    /// Whether a walk with this update knows what an input is made of.
    fileprivate func provides(_ input: CoordinateInput) -> Bool {
        switch input {
        case .parameter, .gradientOverTime: true
        case .logarithmAndSign: !isQuasiNewton
        default: isQuasiNewton
        }
    }
}

extension LearnedOptimizer.Preset.Training {
    fileprivate var isSound: Bool {
        LearnedOptimizer.Preset.windowsRange.contains(windows)
            && LearnedOptimizer.Preset.horizonRange.contains(horizon) && unroll >= 0 && (0...1).contains(persistence)
            && learningRate > 0 && learningRate <= 1
    }
}

extension SafetensorsFile {
    private static let preconditionerName = "preconditioner"
    static let windowsKey = "windows"

    /// `LearnedOptimizer.windows`
    var windows: Int {
        get throws {
            guard let windows = metadata[Self.windowsKey].flatMap({ Int($0) }),
                LearnedOptimizer.Preset.windowsRange.contains(windows)
            else {
                throw LearnedOptimizerError.noWindows
            }
            return windows
        }
    }

    func preconditioner(for preset: LearnedOptimizer.Preset) throws -> Preconditioner {
        guard preset.update.isQuasiNewton else { return .identity }
        let name = Self.preconditionerName
        let shape = [2, Preconditioner.octaves]
        guard let tensor = self[name], tensor.shape == shape else {
            throw LearnedOptimizerError.wrongTensor(name: name, expected: shape)
        }
        guard tensor.values.allSatisfy(\.isFinite) else { throw LearnedOptimizerError.notFinite(tensor: name) }
        guard tensor.values.allSatisfy({ $0 > 0 }) else { throw LearnedOptimizerError.notPositive(tensor: name) }
        return Preconditioner(
            common: Array(tensor.values[..<Preconditioner.octaves]),
            apart: Array(tensor.values[Preconditioner.octaves...]))
    }

    mutating func add(_ preconditioner: Preconditioner, for preset: LearnedOptimizer.Preset) {
        guard preset.update.isQuasiNewton else { return }
        self[Self.preconditionerName] = Tensor(
            shape: [2, Preconditioner.octaves], values: preconditioner.common + preconditioner.apart)
    }

    func weights(of preset: LearnedOptimizer.Preset, prefix: String) throws -> [Float] {
        var weights = [Float](repeating: 0, count: preset.shape.weightCount)
        for (name, shape, range) in preset.shape.tensors {
            guard let tensor = self[prefix + name], tensor.shape == shape else {
                throw LearnedOptimizerError.wrongTensor(name: prefix + name, expected: shape)
            }
            guard tensor.values.allSatisfy(\.isFinite) else {
                throw LearnedOptimizerError.notFinite(tensor: prefix + name)
            }
            weights.replaceSubrange(range, with: tensor.values)
        }
        return weights
    }

    mutating func add(_ weights: [Float], of preset: LearnedOptimizer.Preset, prefix: String) {
        for (name, shape, range) in preset.shape.tensors {
            self[prefix + name] = Tensor(shape: shape, values: Array(weights[range]))
        }
    }
}
