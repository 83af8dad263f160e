import FeatureNetwork
import TrainingSessions

extension Distiller {
    static let checkpointKind = "a distillation of version 2"

    private enum Key {
        static let settings = "settings"
        static let step = "step"
        static let teacher = "teacher"
    }

    /// Adds all that it takes to go on as if there had been no break.
    func write(to checkpoint: inout Checkpoint) {
        checkpoint.add(settings, Key.settings)
        checkpoint.add(step, Key.step)
        checkpoint.add(teacherDigest, Key.teacher)
        var copy = self
        copy.forEachTensor { name, values in checkpoint.add(values, name) }
    }

    /// Goes on from a checkpoint.
    ///
    /// - Throws: `CheckpointError` or `DistillerError`.
    public init(_ checkpoint: Checkpoint, teacher: FeatureNetwork) throws {
        let settings: Settings = try checkpoint.value(Key.settings)
        let step: Int = try checkpoint.value(Key.step)
        guard settings.isSound, (0...settings.steps).contains(step) else { throw CheckpointError.notACheckpoint }
        guard try checkpoint.value(Key.teacher) == teacher.digest else { throw DistillerError.otherTeacher }
        try self.init(random: settings, teacher: teacher)
        self.step = step
        try forEachTensor { name, values in values = try checkpoint.numbers(name, count: values.count) }
        guard heads.allSatisfy({ $0.scale.allSatisfy { $0 > 0 } }),
            network.layers.allSatisfy({ $0.running.variance.allSatisfy { $0 >= 0 } })
        else { throw CheckpointError.notACheckpoint }
    }

    private mutating func forEachTensor(_ body: (String, inout [Float]) throws -> Void) rethrows {
        try forEachParameter { name, parameter in
            try body(name, &parameter.values)
            try body(name + ".mean", &parameter.mean)
            try body(name + ".mean_square", &parameter.meanSquare)
        }
        for i in network.layers.indices {
            try body("layer\(i).running_mean", &network.layers[i].running.mean)
            try body("layer\(i).running_variance", &network.layers[i].running.variance)
            try body("head\(i).scale", &heads[i].scale)
        }
    }

    mutating func forEachParameter(_ body: (String, inout Parameter) throws -> Void) rethrows {
        for i in network.layers.indices {
            try body("layer\(i).weights", &network.layers[i].weights)
            try body("layer\(i).gamma", &network.layers[i].gamma)
            try body("layer\(i).beta", &network.layers[i].beta)
        }
        for i in heads.indices {
            try body("head\(i).weights", &heads[i].weights)
            try body("head\(i).bias", &heads[i].bias)
        }
    }
}

extension Distiller.Settings {
    /// Whether a trainer can be made of it.
    public var isSound: Bool {
        Architecture(blocks: architecture.blocks) != nil && trainingStepsRange.contains(steps)
            && (1...10_000).contains(batch)
            && (1...CropSampler.shortSide).contains(edge) && edge % architecture.cropMultiple == 0
            && learningRate.isFinite && learningRate > 0 && warmUp >= 0
    }
}
