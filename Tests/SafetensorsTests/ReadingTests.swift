import Foundation
import Numerics
import Testing

@testable import Safetensors

@Suite struct ReadingTests {
    @Test func aFileOfThePythonLibraryIsRead() throws {
        let file = try SafetensorsFile(bytes: pythonFile)
        #expect(file.metadata == ["note": "a \"quoted\" \\ é/\n"])
        #expect(Set(file.tensors.keys) == ["weight", "half", "brain", "scalar", "empty"])
        #expect(file["weight"] == .init(shape: [2, 3], values: [1, -2.5, 3.140625, 0.1, 0x1.16c2p-133, .infinity]))
        #expect(
            file["half"]
                == .init(shape: [4], values: [0.0999755859375, 65504, 0x1p-24, -0.0], dataType: .float16))
        #expect(file["half"]?.values[3].sign == .minus)
        #expect(
            file["brain"] == .init(shape: [2, 1], values: [0.10009765625, 3.00405527047391e+38], dataType: .bfloat16))
        #expect(file["scalar"] == .init(shape: [], values: [7]))
        #expect(file["empty"] == .init(shape: [0, 3], values: []))
    }

    @Test func aFileWithoutTensorsIsRead() throws {
        #expect(try SafetensorsFile(bytes: file(header: "{}")) == SafetensorsFile(tensors: [:]))
    }

    @Test func everyPrefixOfAFileIsRefused() {
        for length in 0..<pythonFile.count {
            #expect(throws: SafetensorsError.self) { try SafetensorsFile(bytes: Array(pythonFile[..<length])) }
        }
    }

    @Test func bytesAfterTheEndAreRefused() {
        #expect(throws: SafetensorsError.trailingBytes(count: 1)) { try SafetensorsFile(bytes: pythonFile + [0]) }
    }

    /// A changed byte of data gives other values; a changed byte of the header is mostly refused. Neither may crash.
    @Test func damagedFilesNeverCrash() {
        var random = SplitMix64(seed: 1)
        var refused = 0
        let rounds = 20_000
        for round in 0..<rounds {
            var bytes = pythonFile
            for _ in 0...(round % 3) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do { _ = try SafetensorsFile(bytes: bytes) } catch { refused += 1 }
        }
        #expect(refused > rounds / 3)
    }

    @Test func randomBytesAreRefused() {
        var random = SplitMix64(seed: 2)
        for length in 0..<2000 {
            let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(throws: SafetensorsError.self) { try SafetensorsFile(bytes: noise) }
            #expect(throws: SafetensorsError.self) { try SafetensorsFile(bytes: file(header: noise)) }
        }
    }

    @Test(
        arguments: [
            ([], .tooShort(byteCount: 0)),
            ([0, 0, 0, 0, 0, 0, 0], .tooShort(byteCount: 7)),
            ([UInt8](repeating: 255, count: 8), .headerTooLong(headerLength: .max, limit: 100_000_000)),
            ([1, 0xe1, 0xf5, 5, 0, 0, 0, 0], .headerTooLong(headerLength: 100_000_001, limit: 100_000_000)),
            ([0, 0xe1, 0xf5, 5, 0, 0, 0, 0], .headerBeyondEnd(headerLength: 100_000_000, byteCount: 8)),
            ([2, 0, 0, 0, 0, 0, 0, 0, 0x7b], .headerBeyondEnd(headerLength: 2, byteCount: 9)),
        ] as [([UInt8], SafetensorsError)])
    func aWrongLengthIsRefused(bytes: [UInt8], error: SafetensorsError) {
        #expect(throws: error) { try SafetensorsFile(bytes: bytes) }
    }

    @Test func aHeaderThatIsNotUTF8IsRefused() {
        let header = Array("{\"__metadata__\":{\"a\":\"".utf8) + [0xff] + Array("\"}}".utf8)
        #expect(throws: SafetensorsError.headerNotUTF8) { try SafetensorsFile(bytes: file(header: header)) }
        let wide: [UInt8] = "{}".utf8.flatMap { [$0, UInt8(0)] }  // JSON in UTF-16
        #expect(throws: SafetensorsError.headerNotJSONObject) { try SafetensorsFile(bytes: file(header: wide)) }
    }

    @Test(arguments: [
        "", " ", "[]", "{", "{}}", "null", "7", "{\"a\"}", "{a:1}", " {}", "{\"a\":1}", "{\"a\":null}",
        String(repeating: "[", count: 100_000), "{\"a\":" + String(repeating: "{\"a\":", count: 100_000),
    ])
    func aHeaderThatIsNoObjectOfTensorsIsRefused(header: String) {
        #expect(throws: SafetensorsError.headerNotJSONObject) { try SafetensorsFile(bytes: file(header: header)) }
    }

    @Test(arguments: ["[]", "{\"a\":1}", "{\"a\":{}}", "null", "\"a\""])
    func metadataMustMapStringsToStrings(metadata: String) {
        #expect(throws: SafetensorsError.metadataNotStrings) {
            try SafetensorsFile(bytes: file(header: "{\"__metadata__\":\(metadata)}"))
        }
    }

    /// A header with the one tensor `a`, beside eight bytes of data.
    @Test(
        arguments: [
            ("{}", .missingKey("dtype", tensor: "a")),
            (#"{"dtype":"F32"}"#, .missingKey("shape", tensor: "a")),
            (#"{"dtype":"F32","shape":[2]}"#, .missingKey("data_offsets", tensor: "a")),
            (#"{"dtype":7,"shape":[2],"data_offsets":[0,8]}"#, .malformedValue(key: "dtype", tensor: "a")),
            (#"{"dtype":"F32","shape":2,"data_offsets":[0,8]}"#, .malformedValue(key: "shape", tensor: "a")),
            (#"{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}"#, .malformedValue(key: "shape", tensor: "a")),
            (#"{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}"#, .malformedValue(key: "shape", tensor: "a")),
            (#"{"dtype":"F32","shape":[true],"data_offsets":[0,8]}"#, .malformedValue(key: "shape", tensor: "a")),
            (#"{"dtype":"F32","shape":[1e30],"data_offsets":[0,8]}"#, .malformedValue(key: "shape", tensor: "a")),
            (
                #"{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}"#,
                .malformedValue(key: "shape", tensor: "a")
            ),
            (#"{"dtype":"F32","shape":[2],"data_offsets":"all"}"#, .malformedValue(key: "data_offsets", tensor: "a")),
            (#"{"dtype":"I64","shape":[1],"data_offsets":[0,8]}"#, .unsupportedDataType("I64", tensor: "a")),
            (#"{"dtype":"f32","shape":[2],"data_offsets":[0,8]}"#, .unsupportedDataType("f32", tensor: "a")),
            (#"{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}"#, .invalidShape([-2], tensor: "a")),
            (#"{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}"#, .invalidShape([-1, -2], tensor: "a")),
            (
                #"{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,8]}"#,
                .invalidShape([.max], tensor: "a")
            ),
            (
                #"{"dtype":"F16","shape":[4294967296,4294967296],"data_offsets":[0,0]}"#,
                .invalidShape([1 << 32, 1 << 32], tensor: "a")
            ),
            (#"{"dtype":"F32","shape":[2],"data_offsets":[]}"#, .invalidOffsets([], tensor: "a", bufferLength: 8)),
            (#"{"dtype":"F32","shape":[2],"data_offsets":[0]}"#, .invalidOffsets([0], tensor: "a", bufferLength: 8)),
            (
                #"{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}"#,
                .invalidOffsets([0, 8, 9], tensor: "a", bufferLength: 8)
            ),
            (
                #"{"dtype":"F32","shape":[2],"data_offsets":[8,0]}"#,
                .invalidOffsets([8, 0], tensor: "a", bufferLength: 8)
            ),
            (
                #"{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}"#,
                .invalidOffsets([-8, 0], tensor: "a", bufferLength: 8)
            ),
            (
                #"{"dtype":"F32","shape":[4],"data_offsets":[0,16]}"#,
                .invalidOffsets([0, 16], tensor: "a", bufferLength: 8)
            ),
            (
                #"{"dtype":"F32","shape":[2],"data_offsets":[-9223372036854775808,9223372036854775807]}"#,
                .invalidOffsets([.min, .max], tensor: "a", bufferLength: 8)
            ),
            (#"{"dtype":"F32","shape":[3],"data_offsets":[0,8]}"#, .sizeMismatch(tensor: "a", expected: 12, actual: 8)),
            (#"{"dtype":"F16","shape":[2],"data_offsets":[0,8]}"#, .sizeMismatch(tensor: "a", expected: 4, actual: 8)),
            (#"{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#, .hole(tensor: "a", offset: 4)),
            (#"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#, .trailingBytes(count: 4)),
        ] as [(String, SafetensorsError)])
    func aFaultyTensorIsRefused(entry: String, error: SafetensorsError) {
        #expect(throws: error) { try SafetensorsFile(bytes: file(header: "{\"a\":\(entry)}", dataLength: 8)) }
    }

    @Test func overlappingTensorsAreRefused() {
        let header = """
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}
            """
        #expect(throws: SafetensorsError.overlap(tensor: "b", offset: 4)) {
            try SafetensorsFile(bytes: file(header: header, dataLength: 8))
        }
    }

    @Test func repeatedNamesAreRefusedHoweverTheyAreSpelt() {
        let header = """
            {"a\\"b":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},\
            "\\u0061\\u0022b":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}
            """
        #expect(throws: SafetensorsError.duplicateName("a\"b")) { try SafetensorsFile(bytes: file(header: header)) }
        #expect(throws: SafetensorsError.duplicateName("__metadata__")) {
            try SafetensorsFile(bytes: file(header: #"{"__metadata__":{},"__metadata__":{}}"#))
        }
    }

    @Test func aMissingFileIsReportedByItsPath() {
        let path = "/nowhere/at all.safetensors"
        #expect(throws: SafetensorsError.unreadableFile(path: path)) { try SafetensorsFile(path: path) }
        #expect(throws: SafetensorsError.unwritableFile(path: path)) {
            try SafetensorsFile(tensors: [:]).write(path: path)
        }
        #expect("\(SafetensorsError.unreadableFile(path: path))" == "the file \(path) cannot be read")
    }
}
