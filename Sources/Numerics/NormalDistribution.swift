import Foundation

// Numbers from the normal distribution with mean 0 and variance 1, by the method of Box and Muller 1958. 1 - u is never
// 0, whose logarithm would be infinite.

extension SplitMix64 {
    /// One number, in single precision all the way.
    public mutating func normal() -> Float {
        let radius = (-2 * log(1 - nextUnit())).squareRoot()
        return radius * cos(2 * .pi * nextUnit())
    }
}

extension RandomNumberGenerator {
    /// So many numbers, two at a time.
    public mutating func normals(_ count: Int) -> [Float] {
        var numbers: [Float] = []
        while numbers.count < count {
            let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
            let angle = 2 * Double.pi * Double.random(in: 0..<1, using: &self)
            numbers += [Float(radius * cos(angle)), Float(radius * sin(angle))]
        }
        return Array(numbers.prefix(count))
    }
}
