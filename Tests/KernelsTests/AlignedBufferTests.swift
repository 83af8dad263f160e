import Kernels
import Testing

@Suite struct AlignedBufferTests {
    /// Two megabytes are 2^19 floats: from there on a buffer has pages of its own.
    @Test(arguments: [0, 1, 1000, (1 << 19) - 1, 1 << 19, (3 << 19) + 5])
    func aBufferIsZeroAlsoWhereAnotherWas(count: Int) {
        for _ in 0..<3 {
            let buffer = AlignedBuffer(count)
            #expect(buffer.count == count)
            #expect((0..<count).allSatisfy { buffer.pointer[$0] == 0 })
            buffer.pointer.update(repeating: 1, count: count)
        }
    }

    @Test func aLargeBufferBeginsAtAHugePageAndASmallOneAtAVector() {
        #expect(UInt(bitPattern: AlignedBuffer(1000).pointer) % 64 == 0)
        #expect(UInt(bitPattern: AlignedBuffer(1 << 20).pointer) % (2 << 20) == 0)
    }
}
