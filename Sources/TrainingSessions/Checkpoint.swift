import Foundation
import Safetensors

/// All of a training at some step, as a file: tensors, and values as JSON.
public struct Checkpoint: Equatable, Sendable {
    public var file = SafetensorsFile(tensors: [:])

    private static let kindKey = "checkpoint of"
    private static let (infinity, notANumber) = ("inf", "nan")

    /// - Parameter kind: what it is of, with the version.
    public init(of kind: String) { file.metadata[Self.kindKey] = kind }

    /// - Throws: `SafetensorsError` or `CheckpointError`.
    public init(bytes: [UInt8], of kind: String) throws {
        file = try SafetensorsFile(bytes: bytes)
        guard let found = file.metadata[Self.kindKey] else { throw CheckpointError.notACheckpoint }
        guard found == kind else { throw CheckpointError.otherKind(found, known: kind) }
    }

    public var bytes: [UInt8] { file.bytes }

    // MARK: - Values

    public mutating func add(_ value: some Encodable, _ name: String) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // JSON keeps every bit of a finite number, and has no others.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: Self.infinity, negativeInfinity: "-" + Self.infinity, nan: Self.notANumber)
        file.metadata[name] = String(decoding: try! encoder.encode(value), as: UTF8.self)
    }

    /// - Throws: `CheckpointError`.
    public func value<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: Self.infinity, negativeInfinity: "-" + Self.infinity, nan: Self.notANumber)
        guard let value = try? decoder.decode(type, from: Data((file.metadata[name] ?? "").utf8)) else {
            throw CheckpointError.notACheckpoint
        }
        return value
    }

    // MARK: - Tensors

    public mutating func add(_ numbers: [Float], _ name: String) {
        file[name] = .init(shape: [numbers.count], values: numbers)
    }

    /// - Throws: `CheckpointError` unless there are `count` of them, all finite.
    public func numbers(_ name: String, count: Int) throws -> [Float] {
        guard let tensor = file[name], tensor.values.count == count, tensor.values.allSatisfy(\.isFinite) else {
            throw CheckpointError.notACheckpoint
        }
        return tensor.values
    }
}

/// Why a training cannot go on from a file. The description is a clause.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
    case notACheckpoint
    case otherKind(String, known: String)

    public var description: String {
        switch self {
        case .notACheckpoint: "it is no checkpoint of this training and version"
        case .otherKind(let kind, let known): "it is a checkpoint of \(kind), not of \(known)"
        }
    }
}
