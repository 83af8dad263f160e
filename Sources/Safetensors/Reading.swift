extension SafetensorsFile {
    /// The longest header accepted, in bytes: the reference implementation's limit.
    static let headerLimit = 100_000_000

    /// Whether a file that begins with these bytes, at least 9 of it, may be one.
    public static func isReadable(beginning bytes: [UInt8]) -> Bool {
        bytes.count > 8 && bytes[8] == UInt8(ascii: "{") && bytes[4..<8].allSatisfy { $0 == 0 }
    }

    /// Reads a whole file from memory.
    ///
    /// Every file that breaks the format's rules is refused: nothing is guessed, and no tensor is half-read.
    public init(bytes: [UInt8]) throws(SafetensorsError) {
        guard bytes.count >= 8 else { throw .tooShort(byteCount: bytes.count) }
        let claimedLength = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard claimedLength <= UInt64(Self.headerLimit) else {
            throw .headerTooLong(headerLength: claimedLength, limit: Self.headerLimit)
        }
        let headerLength = Int(claimedLength)
        guard headerLength <= bytes.count - 8 else {
            throw .headerBeyondEnd(headerLength: headerLength, byteCount: bytes.count)
        }
        let header = try Header(json: bytes[8..<8 + headerLength])
        let data = bytes[(8 + headerLength)...]
        try header.check(bufferLength: data.count)
        self.init(
            tensors: header.entries.mapValues { entry in
                let place = data.startIndex + entry.offsets[0]..<data.startIndex + entry.offsets[1]
                return Tensor(
                    shape: entry.shape, values: Self.decode(data[place], as: entry.dataType), dataType: entry.dataType)
            },
            metadata: header.metadata)
    }

    private static func decode(_ bytes: ArraySlice<UInt8>, as dataType: DataType) -> [Float] {
        bytes.withUnsafeBytes { bytes in
            func elements<Word: FixedWidthInteger>(_ toFloat: (Word) -> Float) -> [Float] {
                stride(from: 0, to: bytes.count, by: dataType.size).map { offset in
                    toFloat(Word(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self)))
                }
            }
            return switch dataType {
            case .float32: elements { (word: UInt32) in Float(bitPattern: word) }
            case .bfloat16: elements { (word: UInt16) in Float(bfloat16: word) }
            case .float16: elements { (word: UInt16) in Float(float16: word) }
            }
        }
    }
}

extension Header {
    /// Checks that each tensor has the bytes it needs and that the tensors tile the data without overlap or hole.
    func check(bufferLength: Int) throws(SafetensorsError) {
        // The order decides which of several faults is reported: it must not depend on the dictionary's.
        let byName = entries.sorted { $0.key < $1.key }
        for (name, entry) in byName { try entry.check(name: name, bufferLength: bufferLength) }

        var end = 0
        for (name, entry) in byName.sorted(by: { $0.value.offsets.lexicographicallyPrecedes($1.value.offsets) }) {
            let start = entry.offsets[0]
            guard start >= end else { throw .overlap(tensor: name, offset: start) }
            guard start == end else { throw .hole(tensor: name, offset: start) }
            end = entry.offsets[1]
        }
        guard end == bufferLength else { throw .trailingBytes(count: bufferLength - end) }
    }
}

extension Header.Entry {
    fileprivate func check(name: String, bufferLength: Int) throws(SafetensorsError) {
        var byteCount = dataType.size
        for side in shape {
            let (product, overflows) = byteCount.multipliedReportingOverflow(by: side)
            guard side >= 0, !overflows else { throw .invalidShape(shape, tensor: name) }
            byteCount = product
        }
        guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= bufferLength else {
            throw .invalidOffsets(offsets, tensor: name, bufferLength: bufferLength)
        }
        guard offsets[1] - offsets[0] == byteCount else {
            throw .sizeMismatch(tensor: name, expected: byteCount, actual: offsets[1] - offsets[0])
        }
    }
}
