import Kernels

extension LearnedOptimizer.Preset.Update {
    /// Writes the moves of the coordinates in `range` that the LSTM's outputs, rows `stride` apart, stand for.
    func write(
        moves: UnsafeMutablePointer<Float>, outputs: UnsafePointer<Float>, stride: Int, _ observation: Observation,
        of range: Range<Int>, kernels: KernelSet
    ) {
        switch self {
        case .scaledOutput(let scale):
            kernels.affine(outputs, scale: scale, offset: 0, count: range.count, to: moves)
        case .quasiNewton:
            observation.withBasis { direction, gradient, move, common, broad in
                kernels.quasiNewtonMove(
                    rule(observation.inverseCurvature, observation.moveSize)!, outputs: outputs, stride: stride,
                    direction: direction + range.lowerBound, gradient: gradient + range.lowerBound,
                    move: move + range.lowerBound, common: common + range.lowerBound,
                    broad: broad + range.lowerBound, count: range.count, to: moves)
            }
        }
    }

    /// Writes the gradient with respect to the outputs, given that with respect to the moves, of the tape's coordinates in
    /// `block`; both rows of outputs are `stride` apart.
    ///
    /// - Parameter coordinates: how many the tape has.
    func writeGradient(
        _ step: Tape.Step, coordinates: Int, _ block: Range<Int>, upstream: [Float],
        outputs: UnsafePointer<Float>, stride: Int, to gradient: UnsafeMutablePointer<Float>, kernels: KernelSet
    ) {
        upstream.withUnsafeBufferPointer { upstream in
            let upstream = upstream.baseAddress! + block.lowerBound
            switch self {
            case .scaledOutput(let scale):
                kernels.affine(upstream, scale: scale, offset: 0, count: block.count, to: gradient)
            case .quasiNewton:
                step.basis.withUnsafeBufferPointer { basis in
                    let direction = basis.baseAddress! + block.lowerBound
                    kernels.quasiNewtonMoveGradient(
                        rule(step.inverseCurvature, step.moveSize)!, upstream: upstream, outputs: outputs,
                        stride: stride, direction: direction, gradient: direction + coordinates,
                        move: direction + 2 * coordinates, common: direction + 3 * coordinates,
                        broad: direction + 4 * coordinates, count: block.count, to: gradient)
                }
            }
        }
    }

    /// The constants of the quasi-Newton rule at a step; `nil` for another rule.
    func rule(_ inverseCurvature: Float, _ moveSize: Float) -> QuasiNewtonRule? {
        guard case .quasiNewton(_, let direction, let gradient, let move, let free, let means) = self else {
            return nil
        }
        return QuasiNewtonRule(
            direction: direction, gradient: gradient * inverseCurvature, move: move, free: free * moveSize,
            means: means)
    }
}

extension Observation {
    func withBasis(
        _ body: (
            _ direction: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, _ move: UnsafePointer<Float>,
            _ common: UnsafePointer<Float>, _ broad: UnsafePointer<Float>
        ) -> Void
    ) {
        direction.withUnsafeBufferPointer { direction in
            gradient.withUnsafeBufferPointer { gradient in
                move.withUnsafeBufferPointer { move in
                    commonDirection.withUnsafeBufferPointer { common in
                        broadDirection.withUnsafeBufferPointer { broad in
                            body(
                                direction.baseAddress!, gradient.baseAddress!, move.baseAddress!, common.baseAddress!,
                                broad.baseAddress!)
                        }
                    }
                }
            }
        }
    }
}
