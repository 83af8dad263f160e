import Numerics
import Testing

@Suite struct SplitMix64Tests {
    @Test func streamsOfASeedShareNoNumbers() {
        // A generator counts up by a constant and scrambles the count: two whose counts differ by a few constants would
        // give the same numbers a few places on.
        func numbers(seed: UInt64, stream: UInt64) -> Set<UInt64> {
            var generator = SplitMix64(seed: seed, stream: stream)
            return Set((0..<1000).map { _ in generator.next() })
        }
        let all = [1, 2].flatMap { seed in (0..<20).map { numbers(seed: seed, stream: $0) } }
        #expect(all.reduce(Set()) { $0.union($1) }.count == 40 * 1000)
        #expect(numbers(seed: 1, stream: 3) == numbers(seed: 1, stream: 3))
    }
}
