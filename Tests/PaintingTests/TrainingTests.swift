import Files
import Foundation
import StyleTransfer
import Testing

@testable import Painting

/// What is settled of a training before it begins.
@Suite final class TrainingTests {
    private let folder = NSTemporaryDirectory() + "TrainingTests-\(UUID().uuidString)"
    private var files: [String] { (0..<21).map { folder + "/" + String(format: "%02d", $0) + ".png" } }

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // The names tell; nothing is read.
        for file in files { try File.write([1], to: file, replacing: false) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func pictures(
        _ paths: [String], heldOut: [String] = [], drawn: Int? = nil
    ) throws -> (training: [TrainingPicture], validation: [TrainingPicture]) {
        try TrainingPicture.pictures(
            in: paths, heldOut: heldOut, drawnCount: drawn, option: "--style"
        ) { .drawnStyle(seed: $0) }
    }

    private func isUsage(_ error: any Error) -> Bool { (error as? Failure)?.kind == .usage }

    @Test func everyTenthPictureIsHeldOutUnlessOthersAre() throws {
        let found = try pictures([folder])
        #expect(found.validation == [0, 10, 20].map { .file(files[$0]) })
        #expect(Set(found.training).union(found.validation).count == 21)
        let named = try pictures([folder], heldOut: [files[3]])
        #expect(named.training.count == 21 && named.validation == [.file(files[3])])
    }

    @Test func picturesAreDrawnBesidesOthersOrWhereThereAreNone() throws {
        let none = try pictures([])
        #expect(none.training.count + none.validation.count == TrainingPicture.drawnCount)
        let some = try pictures([files[0]], drawn: 2)
        #expect(some.validation == [.file(files[0])])
        #expect(some.training == [.drawnStyle(seed: 0), .drawnStyle(seed: 1)])
    }

    @Test func tooFewPicturesAreRefused() throws {
        #expect { _ = try pictures([files[0]]) } throws: { isUsage($0) }
        #expect { _ = try pictures([], heldOut: [files[0]], drawn: 0) } throws: { isUsage($0) }
        #expect {
            _ = try FeatureTrainingPlan(teacher: "vgg", pictures: [files[0]], validation: [])
        } throws: { isUsage($0) }
    }

    @Test func everyTwentiethPictureIsHeldOutFromFeatures() throws {
        let plan = try FeatureTrainingPlan(teacher: "vgg", pictures: [folder], validation: [])
        #expect(plan.validation == [files[0], files[20]] && plan.pictures == Array(files[1..<20]))
    }

    @Test func whatResumesMustBeToldTheSameAndMayBeToldLess() throws {
        let first = TrainingInvocation(options: ["--batch 2", "--size 16"], output: "a", maximumPixels: 9)
        try first.requireSame(as: TrainingInvocation(options: ["--size 16"], output: "a", maximumPixels: 5))
        for (options, output) in [(["--batch 3"], "a"), ([], "b")] {
            #expect {
                try first.requireSame(as: .init(options: options, output: output, maximumPixels: 9))
            } throws: { isUsage($0) }
        }
    }

    @Test func aCheckpointIsNotWrittenOverWhatIsLearned() throws {
        let files = TrainingFiles(output: folder + "/a.safetensors", checkpoints: folder, isReplacing: true)
        #expect(files.curve == folder + "/a.png")
        #expect { try files.prepare(inputs: []) } throws: { ($0 as? Failure)?.kind == .output }
    }
}
