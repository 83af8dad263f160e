import Numerics

/// Means of a vector over its neighbours in the grid.
extension Grid {
    /// The mean of a vector over all planes: of an RGB picture, its grey.
    func planeMeans(_ vector: [Float]) -> [Float] { scalingPlanes(vector, luma: 1, chroma: 0) }

    /// The mean over all planes times one factor, and what each plane differs from it times another.
    func scalingPlanes(_ vector: [Float], luma: Float, chroma: Float) -> [Float] {
        let area = height * width
        return [Float](unsafeUninitializedCapacity: vector.count) { result, count in
            vector.withUnsafeBufferPointer { vector in
                let step = VectorMath.chunkLength
                Parallel.forEach((area + step - 1) / step, sharing: (vector, result)) { both, chunk, _ in
                    let (vector, result) = both
                    let start = chunk * step
                    let length = min(step, area - start)
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: length) { shared in
                        let shared = shared.baseAddress!
                        shared.initialize(repeating: 0, count: length)
                        for plane in 0..<planes {
                            let source = vector.baseAddress! + (plane * area + start)
                            for index in 0..<length { shared[index] += source[index] }
                        }
                        let share = (luma - chroma) / Float(planes)
                        for index in 0..<length { shared[index] *= share }
                        for plane in 0..<planes {
                            let source = vector.baseAddress! + (plane * area + start)
                            let target = result.baseAddress! + (plane * area + start)
                            for index in 0..<length { target[index] = shared[index] + chroma * source[index] }
                        }
                    }
                }
            }
            count = vector.count
        }
    }

    /// The means over 3x3 neighbours, those that there are, of the same plane.
    ///
    /// - Parameter spacing: of the neighbours.
    func neighbourMeans(_ vector: [Float], spacing: Int = 1) -> [Float] {
        let rows = max(1, VectorMath.chunkLength / max(width, 1))
        let parts = (planes * height + rows - 1) / rows
        return [Float](unsafeUninitializedCapacity: vector.count) { result, count in
            vector.withUnsafeBufferPointer { vector in
                Parallel.forEach(parts, sharing: (vector.baseAddress!, result.baseAddress!)) { both, part, _ in
                    let (vector, result) = both
                    var column = [Float](repeating: 0, count: width)
                    for index in part * rows..<min((part + 1) * rows, planes * height) {
                        let y = index % height
                        let row = vector + index * width
                        let above = y >= spacing ? row - spacing * width : nil
                        let below = y + spacing < height ? row + spacing * width : nil
                        for x in 0..<width { column[x] = row[x] }
                        if let above { for x in 0..<width { column[x] += above[x] } }
                        if let below { for x in 0..<width { column[x] += below[x] } }
                        let share = 1 / Float(1 + (above == nil ? 0 : 1) + (below == nil ? 0 : 1))
                        Self.average3(column, spacing, share, to: result + index * width)
                    }
                }
            }
            count = vector.count
        }
    }

    /// Writes `share` times the mean of each value and those `spacing` to its sides.
    private static func average3(
        _ column: [Float], _ spacing: Int, _ share: Float, to mean: UnsafeMutablePointer<Float>
    ) {
        let width = column.count
        column.withUnsafeBufferPointer { column in
            guard let column = column.baseAddress else { return }
            func border(_ x: Int) {
                var (sum, count): (Float, Float) = (column[x], 1)
                if x >= spacing { (sum, count) = (sum + column[x - spacing], count + 1) }
                if x + spacing < width { (sum, count) = (sum + column[x + spacing], count + 1) }
                mean[x] = share * sum / count
            }
            let inner = min(spacing, width)..<max(width - spacing, min(spacing, width))
            for x in 0..<inner.lowerBound { border(x) }
            let third = share / 3
            for x in inner { mean[x] = third * (column[x - spacing] + column[x] + column[x + spacing]) }
            for x in inner.upperBound..<width { border(x) }
        }
    }
}
