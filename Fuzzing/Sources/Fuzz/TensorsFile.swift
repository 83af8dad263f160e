import Kernels
import Numerics
import Safetensors

/// A file in the safetensors format as its two parts; the length of the first goes before them.
struct TensorsFile {
    var header: [UInt8]
    var data: [UInt8]

    /// - Parameter bytes: of a sound file.
    init(_ bytes: [UInt8]) {
        let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        (header, data) = (Array(bytes[8..<8 + length]), Array(bytes[(8 + length)...]))
    }

    var bytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + data
    }
}

extension SafetensorsFile {
    /// Damage that leaves a sound file, with other contents.
    mutating func mutate(using generator: inout SplitMix64) {
        let names = tensors.keys.sorted()
        let keys = metadata.keys.sorted()
        guard let name = names.randomElement(using: &generator), let other = names.randomElement(using: &generator),
            let key = keys.randomElement(using: &generator), Int.random(in: 0..<2, using: &generator) == 0
        else { return mutateMetadata(keys, using: &generator) }
        let tensor = self[name]!
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: self[name] = nil
        case 1: self[name] = self[other]
        case 2:
            let name = TextMutation.applied(to: name, using: &generator)
            // The writer refuses the one name that is none.
            if name != "__metadata__" { self[name] = tensor }
        case 3:
            let odd: [Float] = [
                0, -0.0, .infinity, .nan, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e30, -1e30,
            ]
            var values = tensor.values
            guard let index = values.indices.randomElement(using: &generator) else { return }
            values[index] = odd.randomElement(using: &generator)!
            self[name] = Tensor(shape: tensor.shape, values: values, dataType: tensor.dataType)
        case 4:
            var shape = tensor.shape
            switch (Int.random(in: 0..<3, using: &generator), shape.indices.randomElement(using: &generator)) {
            case (0, let axis?): shape[axis] = .random(in: 0...6, using: &generator)
            case (1, let axis?): shape.remove(at: axis)
            default: shape.append(.random(in: 0...3, using: &generator))
            }
            let count = shape.reduce(1, *)
            guard count <= 1 << 12 else { return }
            self[name] = Tensor(
                shape: shape, values: [Float](repeating: 0.1, count: count), dataType: tensor.dataType)
        default: metadata[key] = nil
        }
    }

    private mutating func mutateMetadata(_ keys: [String], using generator: inout SplitMix64) {
        guard let key = keys.randomElement(using: &generator) else {
            metadata["architecture"] = "conv1_1"
            return
        }
        metadata[key] = TextMutation.applied(to: metadata[key]!, using: &generator)
    }
}

extension TextMutation {
    static func applied(to text: String, using generator: inout SplitMix64) -> String {
        var bytes = Array(text.utf8)
        apply(to: &bytes, using: &generator)
        return String(decoding: bytes, as: UTF8.self)
    }
}
