import Numerics
import Synchronization
import Testing

@Suite struct ParallelTests {
    @Test(arguments: [0, 1, 2, 7, 1000], [1, 2, 5])
    func everyIndexIsVisitedOnceByAWorkerInRange(count: Int, threads: Int) {
        let visits = Mutex([Int](repeating: 0, count: count))
        let workers = Mutex(Set<Int>())
        Parallel.$threadCount.withValue(threads) {
            Parallel.forEach(count) { index, worker in
                visits.withLock { $0[index] += 1 }
                workers.withLock { _ = $0.insert(worker) }
            }
        }
        #expect(visits.withLock { $0 }.allSatisfy { $0 == 1 })
        #expect(workers.withLock { $0 }.allSatisfy { (0..<threads).contains($0) })
    }

    @Test(arguments: [(1, 4), (2, 2), (3, 1), (9, 1)])
    func loopsWithinALoopShareItsThreads(count: Int, share: Int) {
        let shares = Mutex(Set<Int>())
        Parallel.$threadCount.withValue(4) {
            Parallel.forEach(count) { _, _ in shares.withLock { _ = $0.insert(Parallel.threadCount) } }
            #expect(Parallel.threadCount == 4)
        }
        #expect(shares.withLock { $0 } == [share])
    }

    @Test func aWorkerIsNeverInTwoPlacesAtOnce() {
        let busy = Mutex(Set<Int>())
        let clashes = Atomic<Int>(0)
        Parallel.$threadCount.withValue(4) {
            Parallel.forEach(2000) { _, worker in
                if !busy.withLock({ $0.insert(worker).inserted }) { clashes.add(1, ordering: .relaxed) }
                busy.withLock { _ = $0.remove(worker) }
            }
        }
        #expect(clashes.load(ordering: .relaxed) == 0)
    }

    @Test(arguments: [1, 2, 5]) func resultsAreInTheOrderOfTheirIndices(threads: Int) {
        Parallel.$threadCount.withValue(threads) {
            #expect(Parallel.map(1000) { $0 * $0 } == (0..<1000).map { $0 * $0 })
            #expect(Parallel.map(0) { $0 }.isEmpty)
        }
    }

    @Test func theFirstErrorByIndexIsThrown() {
        struct Failure: Error, Equatable { var index: Int }
        Parallel.$threadCount.withValue(4) {
            #expect(throws: Failure(index: 3)) {
                try Parallel.map(100) { index throws(Failure) in
                    if index % 4 == 3 { throw Failure(index: index) }
                    return index
                }
            }
        }
    }

    @Test(arguments: [0, 1, 7, 8, 9, 1000], [1, 8]) func everyChunkIsAPartOfItsOwn(count: Int, length: Int) {
        Parallel.$threadCount.withValue(4) {
            let fresh: [Int] = Parallel.array(count, chunk: length) { index, _, chunk in
                for i in chunk.indices { chunk.initializeElement(at: i, to: index * length + i) }
            }
            #expect(fresh == Array(0..<count))
            var doubled = fresh
            Parallel.forEachChunk(of: &doubled, length: length) { _, _, chunk in
                for i in chunk.indices { chunk[i] *= 2 }
            }
            #expect(doubled == fresh.map { $0 * 2 })
        }
    }
}
