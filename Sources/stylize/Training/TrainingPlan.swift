import ArgumentParser
import FeatureNetwork
import Foundation
import Kernels
import LearnedOptimization
import Numerics
import StyleTransfer

/// On what an optimizer is trained and validated: all that is settled before the first step and kept in checkpoints.
struct TrainingPlan: Codable, Equatable {
    /// The default objective but for these.
    struct FixedObjective: Codable, Equatable {
        var styleLoss: StyleLoss?
        var pyramidLevels: Int?

        func variation(edge: Int, network: FeatureNetwork) -> StyleVariation {
            var settings = ObjectiveSettings(for: network)
            if let styleLoss { settings.styleLoss = styleLoss }
            if let pyramidLevels { settings.pyramidLevels = pyramidLevels }
            return .fixed(edge: edge, objective: settings)
        }
    }

    var invocation: TrainingInvocation
    /// The file of the network; `nil` is the built-in one.
    var features: String?
    /// The network's pools, if not its own.
    var pooling: String?
    /// `nil` for style transfers.
    var objective: SimpleObjective?
    /// The edge of every problem in pixels, if it is always the same.
    var size: Int?
    /// What every problem minimises; `nil` when that varies.
    var fixedObjective: FixedObjective?
    var contents: [TrainingPicture] = []
    var styles: [TrainingPicture] = []
    var validationContents: [TrainingPicture] = []
    var validationStyles: [TrainingPicture] = []
    /// After how many evaluations a walk is looked at in validation.
    var points: [Int]
    /// On how many problems.
    var problemCount: Int
    /// Whether there is time for thorough preparations.
    var isLong: Bool
    /// How often there is a validation, the one at the end included.
    var validationCount: Int
    var seed: UInt64

    /// - Throws: `StyleTransferError` when the machine does not have the memory for the problems of the validation and those
    ///   to find a preconditioner on, which are there at the same time.
    func requireMemory(_ network: FeatureNetwork) throws {
        guard objective == nil, let size else { return }
        var settings = Stylizer.Settings()
        settings.objective = ObjectiveSettings(for: network)
        try Stylizer(network: network, settings: settings)
            .requireMemory(width: size, height: size, count: 2 * problemCount)
    }

    /// How many pictures of a kind are drawn when there are none.
    static let drawnCount = 40
    /// By then there are as many octaves as gains.
    private static let largestPreconditionerEdge = 256
    private var validationEdge: Int { size ?? 64 }

    /// - Throws: `Failure` when a picture is missing, `ValidationError` when there are too few.
    init(
        _ data: TrainingDataOptions, _ method: TrainingMethodOptions, _ settings: MetaTrainer.Settings,
        _ invocation: TrainingInvocation
    ) throws {
        self.invocation = invocation
        features = data.network.features
        pooling = data.network.pooling?.rawValue
        objective = data.objective
        size = data.size
        if data.fixed {
            fixedObjective = FixedObjective(styleLoss: data.styleLoss, pyramidLevels: data.pyramidLevels)
        }
        seed = settings.seed
        let minutes = (method.time ?? .zero) / .seconds(60)
        // A validation takes the evaluations of one to three steps of training; the baselines take eight times that.
        let isLong = minutes >= 30 || method.metaSteps ?? 0 >= 300
        self.isLong = isLong
        points = [4, 8, 16, 32, 64].filter { $0 <= min(settings.preset.training.horizon, isLong ? 64 : 32) }
        if points.isEmpty { points = [settings.preset.training.horizon] }
        problemCount = isLong ? 12 : 6
        // About ten; in a long training every two minutes.
        validationCount = max(10, Int(minutes / 2))
        guard objective == nil else { return }

        func files(_ paths: [String], orElse folder: String) throws -> [TrainingPicture] {
            if paths.isEmpty, data.drawn != nil || !isFolder(folder) { return [] }
            return try PictureFolder.pictures(in: paths.isEmpty ? [folder] : paths).map { .file($0) }
        }
        func drawn(besides files: [TrainingPicture]) -> Range<UInt64> {
            0..<UInt64(data.drawn ?? (files.isEmpty ? Self.drawnCount : 0))
        }
        contents = try files(data.pictures.content, orElse: PictureSetOptions.defaultContent)
        styles = try files(data.pictures.style, orElse: PictureSetOptions.defaultStyle)
        contents += drawn(besides: contents).map { .drawnContent(seed: $0) }
        styles += drawn(besides: styles).map { .drawnStyle(seed: $0) }
        if data.validationContent.isEmpty {
            (contents, validationContents) = try Self.holdOut(contents, "--content")
            (styles, validationStyles) = try Self.holdOut(styles, "--style")
        } else {
            validationContents = try PictureFolder.pictures(in: data.validationContent).map { .file($0) }
            validationStyles = try PictureFolder.pictures(in: data.validationStyle).map { .file($0) }
            try require(!contents.isEmpty, "There is nothing to train on; name pictures with --content.")
            try require(!styles.isEmpty, "There is nothing to train on; name pictures with --style.")
        }
    }

    /// Whether it can be carried out, as of what a damaged checkpoint says it may not.
    var isSound: Bool {
        let pictures = [contents, styles, validationContents, validationStyles]
        let counts = 1...1_000_000
        return counts.contains(problemCount) && counts.contains(validationCount) && !points.isEmpty
            && (points + [size ?? 1]).allSatisfy(counts.contains)
            && (objective != nil || pictures.allSatisfy { !$0.isEmpty })
    }

    /// Every tenth is for validation.
    private static func holdOut(
        _ pictures: [TrainingPicture], _ option: String
    ) throws -> (training: [TrainingPicture], validation: [TrainingPicture]) {
        try require(
            pictures.count >= 2,
            "Training takes at least two pictures, one of them held out for validation; name more with \(option), "
                + "or have some drawn with --drawn.")
        let numbered = pictures.enumerated()
        return (
            numbered.filter { $0.offset % 10 != 0 }.map(\.element),
            numbered.filter { $0.offset % 10 == 0 }.map(\.element)
        )
    }

    // MARK: - Problems

    /// - Throws: `Failure` when the network cannot be read.
    func network() throws -> FeatureNetwork {
        var options = NetworkOptions()
        options.features = features
        options.pooling = pooling.flatMap { Pooling(rawValue: $0) }
        return try options.network()
    }

    /// The problems to learn from.
    func family(
        network: FeatureNetwork, cache: PictureCache, _ unreadable: UnreadablePictures
    ) throws -> any TaskFamily & Sendable {
        if let objective { return objective.family }
        var variation = StyleVariation(for: network)
        if let fixedObjective { variation = fixedObjective.variation(edge: validationEdge, network: network) }
        if let size { variation.edges = [size] }
        return try pictureFamily(variation, network, cache, unreadable)
    }

    /// Of the pictures to learn from, those that can be read.
    private func pictureFamily(
        _ variation: StyleVariation, _ network: FeatureNetwork, _ cache: PictureCache, _ unreadable: UnreadablePictures
    ) throws -> any TaskFamily & Sendable {
        let family = try StyleTaskFamily(
            network: network, contents: cache.sources(contents), styles: cache.sources(styles), variation: variation)
        return ReadableFamily(base: family, unreadable: unreadable)
    }

    /// The problems to find a preconditioner on: with the objective of the validation but larger, as it has to do for
    /// large pictures, which have more octaves.
    func preconditionerProblems(
        network: FeatureNetwork, cache: PictureCache, _ unreadable: UnreadablePictures
    ) throws -> [Problem] {
        // Other seeds than those of the training and of the validation.
        var generator = SplitMix64(seed: seed &+ 1 << 32)
        let edge = max(validationEdge, min((isLong ? 4 : 2) * validationEdge, Self.largestPreconditionerEdge))
        let variation = (fixedObjective ?? FixedObjective()).variation(edge: edge, network: network)
        let family = try objective?.family ?? pictureFamily(variation, network, cache, unreadable)
        return try (0..<problemCount).map { _ in try family.sample(using: &generator) }
    }

    /// The problems to validate on: of pictures that are held out, otherwise alike.
    func validationProblems(network: FeatureNetwork, cache: PictureCache) throws -> [Problem] {
        // Far from the seeds of the training.
        var generator = SplitMix64(seed: ~seed)
        if let family = objective?.family {
            return try (0..<problemCount).map { _ in try family.sample(using: &generator) }
        }
        return try validationPairs.map { content, style in
            let family = try StyleTaskFamily(
                network: network, contents: cache.sources([content]), styles: cache.sources([style]),
                variation: (fixedObjective ?? FixedObjective()).variation(edge: validationEdge, network: network))
            return try family.sample(using: &generator)
        }
    }

    /// Pictures in turn, so that as many as can be have their say.
    var validationPairs: [(content: TrainingPicture, style: TrainingPicture)] {
        // A step that goes round all styles.
        let step = validationStyles.count.isMultiple(of: 5) ? 1 : 5
        return (0..<problemCount).map { index in
            (
                validationContents[index * validationContents.count / problemCount],
                validationStyles[index * step % validationStyles.count]
            )
        }
    }

    /// In words, for people.
    var summary: String {
        objective.map { "random \($0.rawValue) functions" }
            ?? "\(contents.count.counted("content")) and \(styles.count.counted("style")), "
            + "with \(validationContents.count) and \(validationStyles.count) held out"
    }
}
