/// The families that the problems of a meta-training are of.
public struct MetaTrainingTasks {
    /// Of those to learn from.
    public var training: any TaskFamily & Sendable
    /// Of each problem to validate on.
    public var validation: [any TaskFamily]
    /// Of those to find a preconditioner on.
    public var preconditioning: any TaskFamily

    public init(
        training: any TaskFamily & Sendable, validation: [any TaskFamily], preconditioning: any TaskFamily
    ) {
        (self.training, self.validation, self.preconditioning) = (training, validation, preconditioning)
    }
}

/// How thorough a meta-training is.
public struct MetaTrainingExtent: Codable, Equatable, Sendable {
    /// After how many evaluations a walk is looked at in validation.
    public var points: [Int]
    /// How many problems a validation and the search for a preconditioner have.
    public var problemCount: Int
    /// How often there is a validation, the one at the end included.
    public var validationCount: Int
    /// Whether there is time for thorough preparations.
    public var isLong: Bool

    /// - Parameters:
    ///   - time: that there is, if it is known.
    ///   - steps: that there will be, if it is known.
    public init(horizon: Int, time: Duration?, steps: Int?) {
        let minutes = (time ?? .zero) / .seconds(60)
        // A validation takes the evaluations of one to three steps of training; the baselines take eight times that.
        isLong = minutes >= 30 || steps ?? 0 >= 300
        let last = min(horizon, isLong ? 64 : 32)
        points = [4, 8, 16, 32, 64].filter { $0 <= last }
        if points.isEmpty { points = [horizon] }
        problemCount = isLong ? 12 : 6
        // About ten; in a long training every two minutes.
        validationCount = max(10, Int(minutes / 2))
    }

    /// Whether it can be carried out, as of what a damaged checkpoint says it may not.
    public var isSound: Bool {
        !points.isEmpty && ([problemCount, validationCount] + points).allSatisfy((1...1_000_000).contains)
    }
}
