import Foundation

/// Named tensors and a few words about them: the contents of a file in the safetensors format.
///
/// A file is eight bytes with the header's length (little-endian), the header (a JSON object that gives each tensor's
/// type, shape and place) and the data. Every byte of data belongs to exactly one tensor. See
/// https://github.com/huggingface/safetensors.
public struct SafetensorsFile: Equatable, Sendable {
    public struct Tensor: Equatable, Sendable {
        /// The length of each axis, outermost first; empty for a single number.
        public let shape: [Int]
        /// The elements in row-major order.
        public let values: [Float]
        /// How the values were, or are to be, kept in the file.
        public let dataType: DataType

        public init(shape: [Int], values: [Float], dataType: DataType = .float32) {
            precondition(
                shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
                "\(values.count) values cannot have the shape \(shape)")
            self.shape = shape
            self.values = values
            self.dataType = dataType
        }
    }

    public var tensors: [String: Tensor]
    public var metadata: [String: String]

    public init(tensors: [String: Tensor], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    public subscript(name: String) -> Tensor? {
        get { tensors[name] }
        set { tensors[name] = newValue }
    }
}

// MARK: - Files

extension SafetensorsFile {
    /// Reads the file at `path`.
    public init(path: String) throws(SafetensorsError) {
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadableFile(path: path) }
        try self.init(bytes: [UInt8](data))
    }

    /// Writes the file at `path`, under a temporary name first, so that there is never half a file under its own.
    public func write(path: String) throws(SafetensorsError) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .unwritableFile(path: path)
        }
    }
}
