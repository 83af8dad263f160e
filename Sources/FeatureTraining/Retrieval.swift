import Kernels

extension FeatureTrainer {
    /// How well the network knows pictures it was not trained on: of two random crops of each picture, the share of the
    /// first whose nearest neighbour among the second is of the same picture, at each head.
    ///
    /// - Parameter crops: at least one picture; up to a batch of them is looked at, always the same crops.
    public func retrieval(in crops: CropSampler) -> [Double] {
        let indices = (0..<settings.batch).map { $0 % crops.sources.count }
        let count = min(settings.batch, crops.sources.count)
        var generator = SplitMix64(seed: 0)
        func descriptors() -> [[[Float]]] {
            let batch = crops.batch(of: indices, edge: settings.edge, using: &generator)
            let statistics = pass.forward(network, batch.pixels)
            return heads.map { ClassificationHead.descriptors(statistics[$0.layer], channels: $0.head.channels) }
        }
        let (first, second) = (descriptors(), descriptors())
        return heads.indices.map { head in
            let right = (0..<count).count { i in
                let distances = (0..<count).map { j in
                    zip(first[head][i], second[head][j]).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                }
                return distances.indices.min { distances[$0] < distances[$1] } == i
            }
            return Double(right) / Double(count)
        }
    }
}
