import Foundation

/// A learning rate that rises to its peak over the first steps and falls with half a cosine (Loshchilov and Hutter 2016,
/// arXiv:1608.03983).
///
/// - Parameters:
///   - step: counted from 0.
///   - warmUp: the steps that it rises for, at least 1.
///   - phase: of the cosine, from 0 at the first step to pi after the last.
///   - fall: by what share of the peak the cosine brings it down.
///   - end: the share of the peak that is left.
public func cosineSchedule(peak: Float, step: Int, warmUp: Int, phase: Float, fall: Float, to end: Float) -> Float {
    peak * min(1, Float(step + 1) / Float(warmUp)) * (fall * 0.5 * (1 + cos(phase)) + end)
}
