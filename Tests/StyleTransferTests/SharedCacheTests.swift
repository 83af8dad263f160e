import Dispatch
import Synchronization
import Testing

@testable import StyleTransfer

@Suite struct SharedCacheTests {
    @Test func aValueThatManyAskForAtOnceIsMadeOnce() {
        let cache = SharedCache<Int, Int>(capacity: 4)
        let made = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 16) { index in
            let value = try? cache.value(for: index % 2) {
                made.add(1, ordering: .relaxed)
                return index % 2 + 10
            }
            #expect(value == index % 2 + 10)
        }
        #expect(made.load(ordering: .relaxed) == 2)
    }

    @Test func theOldestGoesWhenThereAreTooMany() throws {
        let cache = SharedCache<String, Int>(capacity: 2)
        var made: [String] = []
        for key in ["a", "b", "a", "c", "a", "b"] {
            _ = try cache.value(for: key) {
                made.append(key)
                return 0
            }
        }
        #expect(made == ["a", "b", "c", "b"])
    }

    @Test func whatCouldNotBeMadeIsMadeByWhoAsksNext() throws {
        struct Refusal: Error {}
        let cache = SharedCache<Int, Int>(capacity: 1)
        #expect(throws: Refusal.self) { try cache.value(for: 1) { throw Refusal() } }
        #expect(try cache.value(for: 1) { 2 } == 2)
        #expect(try cache.value(for: 1) { throw Refusal() } == 2)
    }
}
