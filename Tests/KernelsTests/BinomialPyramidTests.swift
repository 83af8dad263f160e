import Numerics
import Testing

@testable import Kernels

@Suite struct BinomialPyramidTests {
    private static let weights = [0.125, 0.375, 0.375, 0.125]

    private func random(_ count: Int, seed: Int) -> [Float] {
        var generator = SplitMix64(seed: UInt64(seed))
        return (0..<count).map { _ in 2 * generator.nextUnit() - 1 }
    }

    /// The filter at every second place of one plane, in double precision; beyond the end of an odd side there is nothing.
    private func oracle(_ plane: ArraySlice<Float>, _ height: Int, _ width: Int) -> [Double] {
        func side(_ place: Int, _ length: Int) -> [(Int, Double)] {
            Self.weights.enumerated()
                .map { (index: 2 * place - 1 + $0, weight: $1) }
                .filter { $0.index < length || length % 2 == 0 }
                .map { (min(max($0.index, 0), length - 1), $0.weight) }
        }
        return (0..<(height + 1) / 2).flatMap { y in
            (0..<(width + 1) / 2).map { x in
                side(y, height).reduce(0) { sum, row in
                    sum
                        + side(x, width).reduce(0) { sum, column in
                            sum + row.1 * column.1 * Double(plane[plane.startIndex + row.0 * width + column.0])
                        }
                }
            }
        }
    }

    /// Sums of 16 products of numbers below 1, in single precision.
    @Test(arguments: KernelSet.all.indices)
    func halvingEqualsTheOracleAtAnySize(variant: Int) {
        for (height, width) in awkwardSides {
            let planes = random(2 * height * width, seed: height * 100 + width)
            let halved = BinomialPyramid.halve(
                planes, count: 2, height: height, width: width, kernels: KernelSet.all[variant])
            let expected = (0..<2).flatMap {
                oracle(planes[$0 * height * width..<($0 + 1) * height * width], height, width)
            }
            #expect(halved.count == expected.count)
            #expect(zip(halved, expected).allSatisfy { (Double($0) - $1).magnitude < 1e-6 }, "\(height)x\(width)")
        }
    }

    /// <4 D x, y> = <x, U y>, which holds up to the rounding of sums over the planes.
    @Test(arguments: KernelSet.all.indices)
    func doublingIsFourTimesTheAdjointOfHalvingAtAnySize(variant: Int) {
        let kernels = KernelSet.all[variant]
        for (height, width) in awkwardSides {
            let x = random(2 * height * width, seed: height * 100 + width)
            let halved = BinomialPyramid.halve(x, count: 2, height: height, width: width, kernels: kernels)
            let y = random(halved.count, seed: 5)
            var doubled = [Float](repeating: 0, count: x.count)
            BinomialPyramid.addDoubled(y, to: &doubled, count: 2, height: height, width: width, kernels: kernels)
            let one = zip(halved, y).reduce(0) { $0 + 4 * Double($1.0) * Double($1.1) }
            let other = zip(x, doubled).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            #expect((one - other).magnitude < 1e-6 * Double(x.count) + 1e-6, "\(height)x\(width)")
        }
    }

    @Test func aConstantStaysWhatItIsBothWays() {
        let halved = BinomialPyramid.halve([Float](repeating: 0.5, count: 3 * 8 * 6), count: 3, height: 8, width: 6)
        #expect(halved == [Float](repeating: 0.5, count: 3 * 4 * 3))
        // Sides of 7 and 5 lead to as many.
        for (height, width) in [(8, 6), (7, 5)] {
            var planes = [Float](repeating: 1, count: 3 * height * width)
            BinomialPyramid.addDoubled(halved, to: &planes, count: 3, height: height, width: width)
            #expect(planes == [Float](repeating: 1.5, count: 3 * height * width))
        }
    }

    @Test func whatAnOddSideLeadsToLastHasHalfOfTheWeight() {
        let halved = BinomialPyramid.halve([Float](repeating: 1, count: 9 * 5), count: 1, height: 9, width: 5)
        #expect(Array(halved.suffix(6)) == [1, 1, 0.5, 0.5, 0.5, 0.25])
    }
}
