import CNeuralKernels

extension FeatureMaps {
    /// 2x2 averages, odd sides rounded up: an edge cell is the mean of what it covers.
    public func averagePool(to pool: FeatureMaps, kernels: KernelSet) {
        precondition(pool.channels == channels && pool.isHalf(of: self))
        var (input, output) = (map, pool.map)
        withUnsafePointer(to: &input) { input in
            withUnsafePointer(to: &output) { output in
                kernels.forEachRange(of: pool.height, step: kernels.rowStep(valuesPerRow: channels * width)) {
                    kernels.kernels.average_pool(input, output, Int32($0), Int32($1))
                }
            }
        }
    }

    /// Makes a gradient with respect to 2x2 averages fit for unpooling by a quarter each: an edge cell of an odd side
    /// covers fewer pixels, each of which gets more.
    public func prepareForUnpooling(height fullHeight: Int, width fullWidth: Int) {
        precondition(height == (fullHeight + 1) / 2 && width == (fullWidth + 1) / 2)
        for block in 0..<blocks {
            let plane = buffer.pointer + block * plane
            if fullWidth % 2 == 1 {
                for y in 0..<height { for lane in 0..<16 { plane[(y * width + width - 1) * 16 + lane] *= 2 } }
            }
            if fullHeight % 2 == 1 {
                for i in 0..<width * 16 { plane[(height - 1) * width * 16 + i] *= 2 }
            }
        }
    }
}
