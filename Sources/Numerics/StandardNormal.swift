import Foundation

/// Numbers from the normal distribution with mean 0 and variance 1, by the method of Box and Muller 1958.
public enum StandardNormal {
    public static func vector(_ count: Int, using generator: inout some RandomNumberGenerator) -> [Float] {
        var numbers: [Float] = []
        numbers.reserveCapacity(count + 1)
        while numbers.count < count {
            // 1 - u is never 0, whose logarithm would be infinite.
            let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
            let angle = 2 * Double.pi * Double.random(in: 0..<1, using: &generator)
            numbers += [Float(radius * cos(angle)), Float(radius * sin(angle))]
        }
        return Array(numbers.prefix(count))
    }
}
