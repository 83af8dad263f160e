import Foundation

extension SafetensorsFile {
    /// The file's bytes. The same contents always give the same bytes.
    ///
    /// Tensors stand in the reference implementation's order, F32 before BF16 before F16 and then by name: with the
    /// widest first, and the header padded with spaces to a multiple of eight bytes, every tensor is aligned to its
    /// element size. Values are rounded to the nearest number of the tensor's type, ties to even.
    public var bytes: [UInt8] {
        precondition(tensors[Header.metadataKey] == nil, "\(Header.metadataKey) is no name for a tensor")
        let ordered = DataType.allCases.flatMap { dataType in
            tensors.filter { $0.value.dataType == dataType }.sorted { $0.key < $1.key }
        }

        var entries: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            entries.append("\(quoted(Header.metadataKey)):{\(pairs.joined(separator: ","))}")
        }
        var data: [UInt8] = []
        for (name, tensor) in ordered {
            let start = data.count
            tensor.appendValues(to: &data)
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            let place = "\"data_offsets\":[\(start),\(data.count)]"
            entries.append("\(quoted(name)):{\"dtype\":\"\(tensor.dataType.rawValue)\",\"shape\":[\(shape)],\(place)}")
        }

        var header = Array("{\(entries.joined(separator: ","))}".utf8)
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
        return length + header + data
    }

    private func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let json = try? encoder.encode(text) else { preconditionFailure("a string is always JSON") }
        return String(decoding: json, as: UTF8.self)
    }
}

extension SafetensorsFile.Tensor {
    fileprivate func appendValues(to data: inout [UInt8]) {
        func append(_ word: some FixedWidthInteger) {
            withUnsafeBytes(of: word.littleEndian) { data.append(contentsOf: $0) }
        }
        data.reserveCapacity(data.count + values.count * dataType.size)
        switch dataType {
        case .float32: for value in values { append(value.bitPattern) }
        case .bfloat16: for value in values { append(value.bfloat16) }
        case .float16: for value in values { append(value.float16) }
        }
    }
}
