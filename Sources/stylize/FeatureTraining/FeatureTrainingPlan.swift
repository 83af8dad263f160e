import ArgumentParser
import FeatureNetwork
import Files
import Foundation
import Painting

/// From what a feature network is distilled, and on what: all that is settled before the first step and kept in
/// checkpoints.
struct FeatureTrainingPlan: Codable, Equatable {
    var invocation: TrainingInvocation
    /// The path of the network to learn from.
    var teacher: String
    var pictures: [String]
    var validation: [String]

    /// - Throws: `Failure` when a picture is missing, `ValidationError` when there are too few or no teacher.
    init(_ options: TrainFeaturesOptions, _ invocation: TrainingInvocation) throws {
        self.invocation = invocation
        guard let teacher = options.teacher else {
            throw ValidationError("--teacher is missing; name a network to learn from, such as VGG-19.")
        }
        self.teacher = teacher
        let paths =
            options.images.isEmpty
            ? [PictureSetOptions.defaultContent, PictureSetOptions.defaultStyle] : options.images
        let all = try PictureFolder.pictures(in: paths)
        if options.validationImages.isEmpty {
            pictures = all.indices.filter { $0 % 20 != 0 }.map { all[$0] }
            validation = all.indices.filter { $0 % 20 == 0 }.map { all[$0] }
        } else {
            pictures = all
            validation = try PictureFolder.pictures(in: options.validationImages)
        }
        try require(
            !pictures.isEmpty, "Training takes a picture besides those to validate on; name more with --images.")
    }

    var isSound: Bool { !pictures.isEmpty && !validation.isEmpty }

    func readTeacher() throws -> FeatureNetwork { try FeaturesFile.read(teacher, pooling: nil) }

    var summary: String { "\(pictures.count.counted("picture")); validating on \(validation.count)" }
}
