import Foundation
import Numerics
import Testing

@testable import Imaging

/// A file of the corpus, which Fixtures/make_fixtures.py made.
struct Fixture: CustomTestStringConvertible {
    static let folder = Bundle.module.resourcePath! + "/Fixtures/"
    static let png = named(ending: ".png")
    static let jpeg = named(ending: ".jpg")
    /// In other colours than sRGB, or so it seems.
    static let profiled = named(ending: ".png", in: "profiles/") + named(ending: ".jpg", in: "profiles/")

    let name: String
    var testDescription: String { name }

    var bytes: [UInt8] { get throws { try Self.read(name) } }

    /// What the file must decode to.
    var expected: Expected {
        get throws { try Expected(Self.read(name.dropLast(4) + ".expected")) }
    }

    static func read(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: folder + name))) }

    private static func named(ending: String, in subfolder: String = "") -> [Fixture] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + subfolder)) ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted().map { Fixture(name: subfolder + $0) }
    }
}

/// Interleaved integer samples.
struct Expected {
    let width, height, channels, bits: Int
    let samples: [Int]

    init(_ bytes: [UInt8]) {
        func pair(_ i: Int) -> Int { Int(bytes[i]) << 8 | Int(bytes[i + 1]) }
        (width, height, channels, bits) = (pair(0), pair(2), pair(4), pair(6))
        samples = bits == 8 ? bytes[8...].map(Int.init) : stride(from: 8, to: bytes.count, by: 2).map(pair)
    }
}

extension Picture {
    /// As integers, rounded to the nearest, interleaved as `Expected` has them.
    func samples(bits: Int) -> [Int] {
        let count = width * height
        let scale = Float(1 << bits - 1)
        return (0..<count).flatMap { i in
            let values = (0..<3).map { pixels[$0 * count + i] } + (alpha.map { [$0.values[i]] } ?? [])
            return values.map { Int(($0 * scale).rounded()) }
        }
    }

    /// Random, every value one that `bits` bits can express.
    static func random(width: Int, height: Int, bits: Int, withAlpha: Bool, seed: UInt64 = 1) -> Picture {
        var generator = SplitMix64(seed: seed)
        let top = 1 << bits - 1
        func values(_ count: Int) -> [Float] {
            (0..<count).map { _ in Float(Int.random(in: 0...top, using: &generator)) / Float(top) }
        }
        return Picture(
            width: width, height: height, pixels: values(3 * width * height),
            alpha: withAlpha ? values(width * height) : nil)
    }

    /// Smooth, as photographs are and JPEG likes.
    static func smooth(width: Int, height: Int) -> Picture {
        let values = (0..<3 * width * height).map { (i: Int) -> Float in
            let x = Float(i % width)
            let y = Float(i / width % height)
            let plane = Float(i / (width * height))
            return 0.5 + 0.4 * sin(x / 9) * cos(y / 7 + plane)
        }
        return Picture(width: width, height: height, pixels: values)
    }
}
