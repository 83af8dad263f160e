import FeatureNetwork
import LearnedOptimization

/// The style transfers that an optimizer is trained and validated on.
public struct StyleTrainingPlan: Codable, Equatable, Sendable {
    public struct Pictures: Codable, Equatable, Sendable {
        public var contents: [TrainingPicture]
        public var styles: [TrainingPicture]

        public init(contents: [TrainingPicture], styles: [TrainingPicture]) {
            (self.contents, self.styles) = (contents, styles)
        }
    }

    /// The edge of a problem to validate on, in pixels.
    public var edge: Int
    /// What every problem to validate on minimises.
    public var objective: ObjectiveSettings
    /// In what the problems to learn from differ.
    public var variation: StyleVariation
    public var training: Pictures
    /// Held out.
    public var validation: Pictures

    /// By then there are as many octaves as gains.
    private static let largestPreconditionerEdge = 256

    public init(
        edge: Int, objective: ObjectiveSettings, variation: StyleVariation, training: Pictures, validation: Pictures
    ) {
        (self.edge, self.objective, self.variation) = (edge, objective, variation)
        (self.training, self.validation) = (training, validation)
    }

    /// The paths of all pictures that are files.
    public var files: [String] {
        (training.contents + training.styles + validation.contents + validation.styles).compactMap {
            if case .file(let path) = $0 { path } else { nil }
        }
    }

    /// Whether it can be carried out, as of what a damaged checkpoint says it may not.
    public var isSound: Bool {
        let pictures = [training.contents, training.styles, validation.contents, validation.styles]
        return pictures.allSatisfy { !$0.isEmpty } && ([edge] + variation.edges).allSatisfy((1...1_000_000).contains)
    }

    /// The largest edge of a problem.
    public var largestEdge: Int { max(edge, variation.edges.max()!) }

    /// - Throws: `StyleTransferError` when the machine does not have the memory for the problems of the validation and those
    ///   to find a preconditioner on, which are there at the same time.
    public func requireMemory(_ network: FeatureNetwork, _ extent: MetaTrainingExtent) throws {
        var settings = Stylizer.Settings()
        settings.objective = ObjectiveSettings(for: network)
        try Stylizer(network: network, settings: settings)
            .requireMemory(width: edge, height: edge, count: 2 * extent.problemCount)
    }

    /// The families of problems, each of which throws what the cache's reader does.
    ///
    /// - Parameter passesOver: told why a problem to learn from cannot be made; whether to take another in its place.
    /// - Throws: `StyleTransferError` when the objective does not fit the network.
    public func tasks(
        _ network: FeatureNetwork, _ extent: MetaTrainingExtent, _ cache: PictureCache,
        passesOver: @escaping @Sendable (any Error) -> Bool
    ) throws -> MetaTrainingTasks {
        func family(_ pictures: Pictures, _ variation: StyleVariation) throws -> StyleTaskFamily {
            try StyleTaskFamily(
                network: network, contents: cache.sources(pictures.contents), styles: cache.sources(pictures.styles),
                variation: variation)
        }
        func readable(_ variation: StyleVariation) throws -> ReadableFamily<StyleTaskFamily> {
            ReadableFamily(try family(training, variation), passesOver: passesOver)
        }
        // Larger than those of the validation, as a preconditioner has to do for large pictures, which have more octaves.
        let preconditionerEdge = max(edge, min((extent.isLong ? 4 : 2) * edge, Self.largestPreconditionerEdge))
        return MetaTrainingTasks(
            training: try readable(variation),
            validation: try validationPairs(extent.problemCount).map {
                try family($0, .fixed(edge: edge, objective: objective))
            },
            preconditioning: try readable(.fixed(edge: preconditionerEdge, objective: objective)))
    }

    /// So many contents with a style each, in turn, so that as many pictures as can be have their say.
    public func validationPairs(_ count: Int) -> [Pictures] {
        let (contents, styles) = (validation.contents, validation.styles)
        // A step that goes round all styles.
        let step = styles.count.isMultiple(of: 5) ? 1 : 5
        return (0..<count).map { index in
            Pictures(
                contents: [contents[index * contents.count / count]], styles: [styles[index * step % styles.count]])
        }
    }
}
