/// A differentiable function of a flat vector of parameters: the optimizee f of Andrychowicz et al. 2016.
public protocol Objective {
    /// The length of the vector it takes.
    var parameterCount: Int { get }

    /// The interval every parameter is kept in, or `nil`.
    var bounds: ClosedRange<Float>? { get }

    /// Which parameters are neighbours; without an implementation of its own, none are.
    var grid: Grid { get }

    /// The value at `parameters`; writes its gradient, of the same length, to `gradient`.
    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double
}

extension Objective {
    public var grid: Grid { .unordered(parameterCount) }
}
