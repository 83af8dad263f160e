import Files
import StyleTransfer

extension TrainingPicture {
    /// How many pictures of a kind are drawn when there are none.
    public static let drawnCount = 40

    /// Pictures of a kind to train on, and those to validate on.
    ///
    /// - Parameters:
    ///   - paths: pictures or folders of them.
    ///   - heldOut: the same to validate on; for none every tenth picture is held out.
    ///   - drawnCount: how many are drawn besides; for `nil` as many as it takes when there are no others.
    ///   - option: what the paths were given with.
    ///   - drawn: the drawing of a seed.
    /// - Throws: `Failure` when a picture is missing, or there are too few.
    public static func pictures(
        in paths: [String], heldOut: [String], drawnCount: Int?, option: String, drawn: (UInt64) -> TrainingPicture
    ) throws -> (training: [TrainingPicture], validation: [TrainingPicture]) {
        func files(_ paths: [String]) throws -> [TrainingPicture] {
            try PictureFolder.pictures(in: paths).map { .file($0) }
        }
        var all = try files(paths)
        all += (0..<UInt64(drawnCount ?? (all.isEmpty ? Self.drawnCount : 0))).map(drawn)
        guard heldOut.isEmpty else {
            guard !all.isEmpty else {
                throw Failure(.usage, "There is nothing to train on; name pictures with \(option).")
            }
            return (all, try files(heldOut))
        }
        guard all.count >= 2 else {
            throw Failure(
                .usage,
                "Training takes at least two pictures, one of them held out for validation; name more with \(option), "
                    + "or have some drawn with --drawn.")
        }
        return all.heldOut(every: 10)
    }
}
