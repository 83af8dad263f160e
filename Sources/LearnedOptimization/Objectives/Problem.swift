/// Something to minimise and where to begin: what an optimizer is compared or trained on.
public struct Problem {
    public var name: String
    public var objective: any Objective
    public var start: [Float]

    public init(name: String, objective: any Objective, start: [Float]) {
        precondition(start.count == objective.parameterCount)
        (self.name, self.objective, self.start) = (name, objective, start)
    }
}

/// A distribution over problems: D in Andrychowicz et al. 2016, from which an optimizer learns what to expect.
public protocol TaskFamily {
    /// A problem at random. The same generator gives the same problem.
    ///
    /// - Throws: what keeps the problem from being made, such as a file that cannot be read.
    func sample(using generator: inout some RandomNumberGenerator) throws -> Problem
}
