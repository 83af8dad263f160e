/// What is wrong with a safetensors file. The description is a clause, such as: the header is not UTF-8 text.
public enum SafetensorsError: Error, Equatable {
    case unreadableFile(path: String)
    case unwritableFile(path: String)

    case tooShort(byteCount: Int)
    case headerTooLong(headerLength: UInt64, limit: Int)
    case headerBeyondEnd(headerLength: Int, byteCount: Int)
    case headerNotUTF8
    case headerNotJSONObject
    case metadataNotStrings

    case duplicateName(String)
    case missingKey(String, tensor: String)
    case malformedValue(key: String, tensor: String)
    case unsupportedDataType(String, tensor: String)
    case invalidShape([Int], tensor: String)

    case invalidOffsets([Int], tensor: String, bufferLength: Int)
    case sizeMismatch(tensor: String, expected: Int, actual: Int)
    case overlap(tensor: String, offset: Int)
    case hole(tensor: String, offset: Int)
    case trailingBytes(count: Int)
}

extension SafetensorsError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadableFile(let path):
            "the file \(path) cannot be read"
        case .unwritableFile(let path):
            "the file \(path) cannot be written"
        case .tooShort(let byteCount):
            "a safetensors file begins with 8 bytes of header length, but this one has \(byteCount) bytes in all"
        case .headerTooLong(let headerLength, let limit):
            "the header claims to be \(headerLength) bytes long; more than \(limit) is not allowed"
        case .headerBeyondEnd(let headerLength, let byteCount):
            "the header claims to be \(headerLength) bytes long, which does not fit in a file of \(byteCount) bytes"
        case .headerNotUTF8:
            "the header is not UTF-8 text"
        case .headerNotJSONObject:
            "the header is not a JSON object of tensors"
        case .metadataNotStrings:
            "the header's __metadata__ does not map strings to strings"
        case .duplicateName(let name):
            "the header has more than one entry named \(name)"
        case .missingKey(let key, let tensor):
            "the tensor \(tensor) has no \(key)"
        case .malformedValue(let key, let tensor):
            "the \(key) of the tensor \(tensor) is not of the form that the format prescribes"
        case .unsupportedDataType(let dataType, let tensor):
            "the tensor \(tensor) is of type \(dataType); only F32, F16 and BF16 can be read"
        case .invalidShape(let shape, let tensor):
            "the shape \(shape) of the tensor \(tensor) has a negative side or too many elements"
        case .invalidOffsets(let offsets, let tensor, let bufferLength):
            "the data offsets \(offsets) of the tensor \(tensor) are not a range within \(bufferLength) bytes"
        case .sizeMismatch(let tensor, let expected, let actual):
            "the shape and type of the tensor \(tensor) call for \(expected) bytes, but its offsets span \(actual)"
        case .overlap(let tensor, let offset):
            "the data of the tensor \(tensor), at offset \(offset), overlaps that of another tensor"
        case .hole(let tensor, let offset):
            "there are bytes before the data of the tensor \(tensor), at offset \(offset), that belong to no tensor"
        case .trailingBytes(let count):
            "the last \(count) bytes of data belong to no tensor"
        }
    }
}
