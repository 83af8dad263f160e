import Safetensors
import Testing

@testable import TrainingSessions

/// x falls to half of itself with each step.
private struct Halving: Trainable, Equatable {
    static let checkpointKind = "halving, version 1"

    var stepsDone = 0
    var steps: Int
    var x: Float = 1
    var failsAt: Int?
    struct Broken: Error, Equatable {}

    init(steps: Int) { self.steps = steps }

    init(_ checkpoint: Checkpoint) throws {
        (stepsDone, steps) = (try checkpoint.value("done"), try checkpoint.value("steps"))
        x = try checkpoint.numbers("x", count: 1)[0]
    }

    mutating func step() throws -> TrainingStep {
        guard stepsDone != failsAt else { throw Broken() }
        stepsDone += 1
        x /= 2
        return TrainingStep(loss: Double(x), work: 3)
    }

    mutating func validate() -> [Double] { [Double(x), 3 * Double(x)] }

    func write(to checkpoint: inout Checkpoint) {
        checkpoint.add(stepsDone, "done")
        checkpoint.add(steps, "steps")
        checkpoint.add([x], "x")
    }
}

/// Keeps what it is told, and wants a stop after so many steps.
private final class Witness: TrainingObserver {
    typealias Trained = Halving

    var steps: [Int] = []
    var fractions: [Double] = []
    var validations: [Int] = []
    var checkpoints: [Checkpoint] = []
    private let stopsAfter: Int?

    init(stopsAfter: Int? = nil) { self.stopsAfter = stopsAfter }

    var wantsStop: Bool { stopsAfter.map { steps.count >= $0 } ?? false }
    func stepped(_ session: TrainingSession<Halving>, _ step: TrainingStep, fraction: Double, pace: Double) {
        steps.append(session.trained.stepsDone)
        fractions.append(fraction)
    }
    func validated(_ session: TrainingSession<Halving>) { validations.append(session.history.validations.last!.step) }
    func write(_ checkpoint: Checkpoint) throws { checkpoints.append(checkpoint) }
}

@Suite struct TrainingSessionTests {
    private func session(steps: Int, validations: Int = 4) -> TrainingSession<Halving> {
        TrainingSession(
            Halving(steps: steps), history: TrainingHistory(baselines: [.init(name: "none", values: [1, 3])]),
            validations: validations, notes: ["note": "kept"])
    }

    @Test func aTrainingTakesAllStepsAndValidatesAtTheLast() {
        let witness = Witness()
        var session = session(steps: 10)
        #expect(session.run(checkpointEvery: .seconds(100), witness) == nil)
        #expect(session.trained.stepsDone == 10 && session.history.work == 30)
        #expect(witness.steps == Array(1...10))
        #expect(witness.validations == [3, 5, 8, 10])
        #expect(session.history.best?.step == 10 && session.history.best?.mean == 2 * Double(session.trained.x))
        // The last alone, after so short a time.
        #expect(witness.checkpoints == [session.checkpoint])
    }

    @Test(arguments: 1...9)
    func whatIsResumedEndsAsIfThereHadBeenNoBreak(pause: Int) throws {
        var unbroken = session(steps: 10)
        #expect(unbroken.run(checkpointEvery: .seconds(100), Witness()) == nil)
        var first = session(steps: 10)
        let witness = Witness(stopsAfter: pause)
        #expect(first.run(checkpointEvery: .zero, witness) == nil)
        // One a step, and one at the end.
        #expect(first.trained.stepsDone == pause && witness.checkpoints.count == pause + 1)
        let kept = try Checkpoint(bytes: witness.checkpoints.last!.bytes, of: Halving.checkpointKind)
        #expect(try kept.value("note") == "kept")
        var second = try TrainingSession(resuming: Halving(kept), from: kept, validations: 4, of: 2)
        let after = Witness()
        #expect(second.run(checkpointEvery: .seconds(100), after) == nil)
        #expect(second.checkpoint == unbroken.checkpoint)
        // Of what was left to do.
        let fraction = try #require(after.fractions.first)
        #expect((fraction - 1 / Double(10 - pause)).magnitude < 1e-12)
    }

    @Test func whatGoesWrongOnTheWayLeavesACheckpointOfWhatWentWell() {
        var session = session(steps: 10)
        let witness = Witness()
        var broken = Halving(steps: 10)
        broken.failsAt = 4
        session = TrainingSession(broken, validations: 4)
        #expect(session.run(checkpointEvery: .seconds(100), witness) is Halving.Broken)
        #expect(session.trained.stepsDone == 4 && witness.checkpoints == [session.checkpoint])
    }

    @Test func aStopBeforeTheFirstStepWritesNothing() {
        let witness = Witness(stopsAfter: 0)
        var session = session(steps: 10)
        #expect(session.run(checkpointEvery: .zero, witness) == nil)
        #expect(session.trained.stepsDone == 0 && witness.checkpoints.isEmpty)
    }

    @Test func aStepThatCameToNothingDoesNotCountInTheMeanLoss() {
        var history = TrainingHistory()
        history.add(.init(loss: .nan, work: 1))
        #expect(history.loss == nil)
        history.add(.init(loss: 2, work: 1))
        history.add(.init(loss: .infinity, work: 1))
        #expect(history.loss == 2 && history.work == 3)
    }

    @Test func asManyStepsArePlannedAsThereIsTimeFor() throws {
        var late = Halving(steps: 1000)
        try late.planSteps(until: .now - .seconds(1), validations: 4)
        #expect(late.steps == 1 && late.stepsDone == 0)
        try late.planSteps(until: .now + .seconds(1), validations: 4)
        #expect(late.steps > 1000)
        #expect(late.steps(worth: 37) == 37)
    }
}

@Suite struct CheckpointTests {
    private func sound() -> Checkpoint {
        var checkpoint = Checkpoint(of: Halving.checkpointKind)
        Halving(steps: 3).write(to: &checkpoint)
        return checkpoint
    }

    @Test func valuesAndNumbersKeepEveryBit() throws {
        var checkpoint = sound()
        let values = [0.1, 1 / 3, -.infinity, .greatestFiniteMagnitude, Double.leastNonzeroMagnitude]
        checkpoint.add(values, "values")
        checkpoint.add([0.1, -0.0, .leastNonzeroMagnitude] as [Float], "numbers")
        let read = try Checkpoint(bytes: checkpoint.bytes, of: Halving.checkpointKind)
        #expect(try read.value("values") == values)
        #expect(try read.numbers("numbers", count: 3).map(\.bitPattern) == [0x3dcc_cccd, 0x8000_0000, 1])
        checkpoint.add(Double.nan, "none")
        #expect(try checkpoint.value("none", as: Double.self).isNaN)
    }

    @Test func oneOfAnotherKindOrVersionIsRefusedByThatName() {
        let bytes = sound().bytes
        #expect(throws: CheckpointError.otherKind("halving, version 1", known: "halving, version 2")) {
            try Checkpoint(bytes: bytes, of: "halving, version 2")
        }
        let other = SafetensorsFile(tensors: [:], metadata: ["meta-trainer": "4"])
        #expect(throws: CheckpointError.notACheckpoint) { try Checkpoint(bytes: other.bytes, of: "halving, version 1") }
    }

    @Test func oneThatLacksSomethingIsRefused() {
        func error(_ change: (inout Checkpoint) -> Void) -> CheckpointError? {
            var checkpoint = sound()
            change(&checkpoint)
            return #expect(throws: CheckpointError.self) { try Halving(checkpoint) }
        }
        #expect(error { $0.file.metadata["done"] = nil } == .notACheckpoint)
        #expect(error { $0.file.metadata["done"] = "x" } == .notACheckpoint)
        #expect(error { $0.file["x"] = nil } == .notACheckpoint)
        #expect(error { $0.add([1, 2] as [Float], "x") } == .notACheckpoint)
        #expect(error { $0.add([.nan] as [Float], "x") } == .notACheckpoint)
    }

    @Test func aHistoryOfOtherValidationsIsRefused() throws {
        var checkpoint = sound()
        checkpoint.add(TrainingHistory(baselines: [.init(name: "", values: [1, 2, 3])]), "history")
        #expect(throws: CheckpointError.notACheckpoint) {
            try TrainingSession(resuming: Halving(steps: 3), from: checkpoint, validations: 4, of: 2)
        }
    }
}

@Suite struct CosineScheduleTests {
    @Test func theRateRisesToThePeakAndFallsToItsEnd() {
        func rate(_ step: Int, _ phase: Float) -> Float {
            cosineSchedule(peak: 2, step: step, warmUp: 4, phase: phase, fall: 0.75, to: 0.25)
        }
        #expect((0..<5).map { rate($0, 0) } == [0.5, 1, 1.5, 2, 2])
        #expect(rate(100, .pi) == 0.5)
        #expect((rate(100, .pi / 2) - 1.25).magnitude < 1e-6)
    }
}
