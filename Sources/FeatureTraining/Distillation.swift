import TrainingSessions

/// The training of a feature network: a distillation on crops of pictures, validated on crops of others.
public struct Distillation: Trainable {
    public static var checkpointKind: String { Distiller.checkpointKind }

    public private(set) var distiller: Distiller
    private let crops: CropSampler
    private let validation: CropSampler

    public init(_ distiller: Distiller, on crops: CropSampler, validation: CropSampler) {
        (self.distiller, self.crops, self.validation) = (distiller, crops, validation)
    }

    public var stepsDone: Int { distiller.step }

    public var steps: Int {
        get { distiller.settings.steps }
        set { distiller.settings.steps = newValue }
    }

    public mutating func step() throws -> TrainingStep {
        TrainingStep(loss: try distiller.step(on: crops).mean, work: distiller.settings.batch)
    }

    /// A loss a layer.
    public mutating func validate() -> [Double] { distiller.losses(on: validation).layers }

    public func write(to checkpoint: inout Checkpoint) { distiller.write(to: &checkpoint) }
}
