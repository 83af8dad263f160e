import Foundation

/// On what a feature network is trained and validated: all that is settled before the first step and kept in
/// checkpoints.
struct FeatureTrainingPlan: Codable, Equatable {
    struct LabelledPicture: Codable, Equatable {
        var path: String
        var label: Int
    }

    var invocation: TrainingInvocation
    var pictures: [LabelledPicture]
    var validation: [String]

    /// - Throws: `Failure` when a picture is missing, `ValidationError` when there are too few.
    init(_ options: TrainFeaturesOptions, _ invocation: TrainingInvocation) throws {
        self.invocation = invocation
        let paths =
            options.images.isEmpty
            ? [PictureSetOptions.defaultContent, PictureSetOptions.defaultStyle] : options.images
        var classes = try paths.flatMap { try Self.classes(in: $0) }
        if options.validationImages.isEmpty {
            var (kept, heldOut): ([[String]], [String]) = ([], [])
            var count = 0
            for pictures in classes {
                let numbered = pictures.map { path in
                    defer { count += 1 }
                    return (isHeldOut: count % 20 == 0, path: path)
                }
                heldOut += numbered.filter(\.isHeldOut).map(\.path)
                kept.append(numbered.filter { !$0.isHeldOut }.map(\.path))
            }
            classes = kept.filter { !$0.isEmpty }
            validation = heldOut
        } else {
            validation = try PictureFolder.pictures(in: options.validationImages)
        }
        try require(
            classes.count >= 2,
            "Training takes at least two pictures to tell apart besides those to validate on; name more with --images.")
        pictures = classes.enumerated().flatMap { label, paths in
            paths.map { LabelledPicture(path: $0, label: label) }
        }
    }

    /// Whether it is that of a training of so many classes.
    func isSound(classCount: Int) -> Bool {
        !pictures.isEmpty && !validation.isEmpty && Set(pictures.map(\.label)) == Set(0..<classCount)
    }

    /// Each picture in a folder is a class of its own, and so is each folder of pictures in it.
    private static func classes(in path: String) throws -> [[String]] {
        guard isFolder(path) else { return try PictureFolder.pictures(in: [path]).map { [$0] } }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
        let folders = names.filter { !$0.hasPrefix(".") }.map { join(path, $0) }.filter(isFolder)
        let labelled = try folders.map { try PictureFolder.pictures(in: [$0]) }
        // A folder of folders alone need not have pictures of its own.
        if let single = try? PictureFolder.pictures(in: [path]) { return labelled + single.map { [$0] } }
        return labelled.isEmpty ? try PictureFolder.pictures(in: [path]).map { [$0] } : labelled
    }

    var summary: String {
        let classCount = (pictures.last?.label ?? -1) + 1
        let labels = classCount == pictures.count ? "each a class of its own" : "\(classCount) classes"
        return "\(pictures.count) pictures, \(labels); validating on \(validation.count)"
    }
}
