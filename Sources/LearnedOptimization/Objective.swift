/// A differentiable function of a flat vector of parameters: the optimizee f of Andrychowicz et al. 2016.
public protocol Objective {
    /// The length of the vector it takes.
    var parameterCount: Int { get }

    /// The interval every parameter is kept in, or `nil`.
    var bounds: ClosedRange<Float>? { get }

    /// The value at `parameters`; writes its gradient, of the same length, to `gradient`.
    func evaluate(_ parameters: [Float], gradient: inout [Float]) -> Double
}
