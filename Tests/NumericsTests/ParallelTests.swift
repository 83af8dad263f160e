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
}
