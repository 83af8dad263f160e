import Foundation
import Testing

@testable import Safetensors

@Suite struct WritingTests {
    @Test func theBytesAreThoseOfThePythonLibrary() throws {
        #expect(try SafetensorsFile(bytes: pythonFile).bytes == pythonFile)
    }

    @Test(arguments: DataType.allCases)
    func whatIsWrittenIsReadBack(dataType: DataType) throws {
        // Whole numbers of at most eight bits are exact in every type.
        let tensor = SafetensorsFile.Tensor(
            shape: [2, 1, 3], values: [0, 1, -2, 127, -0.25, .infinity], dataType: dataType)
        let file = SafetensorsFile(
            tensors: ["a/b \"c\"\u{1}\u{1F58C}": tensor, "": tensor], metadata: ["k": "", "": "v"])
        let bytes = file.bytes
        #expect(try SafetensorsFile(bytes: bytes) == file)
        #expect((bytes.count - 2 * 6 * dataType.size) % 8 == 0)
    }

    @Test func theOrderOfInsertionDoesNotShow() {
        let names = (0..<50).map { "layer\($0)" }
        func bytes(_ names: [String]) -> [UInt8] {
            var file = SafetensorsFile(tensors: [:])
            for name in names {
                file[name] = .init(shape: [1], values: [Float(name.count)])
                file.metadata[name] = name
            }
            return file.bytes
        }
        #expect(bytes(names) == bytes(names.reversed()))
    }

    @Test func aFileOnDiskIsReadBack() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try SafetensorsFile(bytes: pythonFile)
        try file.write(path: path)
        #expect(try SafetensorsFile(path: path) == file)
    }
}

@Suite struct SixteenBitTests {
    @Test func everyFloat16SurvivesTheWayThroughFloat() {
        for bits in UInt16.min...UInt16.max {
            let value = Float(float16: bits)
            if value.isNaN { #expect(Float(float16: value.float16).isNaN) } else { #expect(value.float16 == bits) }
        }
    }

    @Test func everyBFloat16SurvivesTheWayThroughFloat() {
        for bits in UInt16.min...UInt16.max {
            let value = Float(bfloat16: bits)
            if value.isNaN { #expect(Float(bfloat16: value.bfloat16).isNaN) } else { #expect(value.bfloat16 == bits) }
        }
    }

    /// Between neighbours the midpoint goes to the even one, and what is just beside it to the nearer one.
    @Test func roundingIsToNearestWithTiesToEven() {
        for bits in UInt16(0)..<0x7c00 {
            let low = Float(float16: bits)
            let high = bits == 0x7bff ? 65536 : Float(float16: bits + 1)
            let middle = (low + high) / 2  // exact: one more bit than binary16 has
            #expect(middle.float16 == bits + (bits & 1))
            #expect(middle.nextDown.float16 == bits)
            #expect(middle.nextUp.float16 == bits + 1)
            #expect((-middle).float16 == 0x8000 | bits + (bits & 1))
        }
        for bits in UInt16(0)..<0x7f80 {
            let middle = Float(bitPattern: UInt32(bits) << 16 | 0x8000)
            #expect(middle.bfloat16 == bits + (bits & 1))
            #expect(middle.nextDown.bfloat16 == bits)
            #expect(middle.nextUp.bfloat16 == bits + 1)
        }
    }

    @Test func whatIsTooLargeBecomesInfinite() {
        #expect(Float.greatestFiniteMagnitude.float16 == 0x7c00)
        #expect(Float(65519.996).float16 == 0x7bff)
        #expect(Float.leastNonzeroMagnitude.float16 == 0)
    }
}
