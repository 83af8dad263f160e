import FeatureNetwork
import Files
import Imaging
import LearnedOptimization
import Numerics
import StyleTransfer

/// The problems of a comparison, each made when it is its turn.
struct ComparedProblems {
    /// What a problem is made of, as the CSV says it.
    struct Label: Equatable {
        var content = ""
        var style = ""
        /// The edge in pixels, or the number of dimensions.
        var size: Int
    }

    var labels: [Label]
    var make: (Int) throws -> Problem

    func all() throws -> [Problem] { try labels.indices.map(make) }

    /// Functions drawn from a family.
    init(_ family: some TaskFamily, count: Int, using generator: inout SplitMix64) throws {
        let problems = try (0..<count).map { _ in try family.sample(using: &generator) }
        labels = problems.map { Label(size: $0.objective.parameterCount) }
        make = { problems[$0] }
    }

    /// Pictures to be painted. All are read now, so that nobody waits for one that cannot be.
    ///
    /// Contents are cut to a square of `size` pixels an edge, so that every problem costs the same.
    ///
    /// - Parameters:
    ///   - maximumPixels: a larger picture is refused.
    ///   - settings: `start` is the content or noise.
    init(
        _ pairs: [PicturePairs.Pair], size: Int, maximumPixels: Int, settings: Stylizer.Settings,
        network: FeatureNetwork
    ) throws {
        let contents = try Self.read(pairs.map(\.content), maximumPixels) { picture in
            picture.centredSquare.resized(width: size, height: size).planes
        }
        let styles = try Self.read(pairs.map(\.style), maximumPixels) { picture in
            let area = Double(size * size) * Double(settings.styleScale * settings.styleScale)
            return picture.resized(to: picture.size.withArea(area)).planes
        }
        labels = pairs.map { Label(content: $0.content, style: $0.style, size: size) }
        make = { index in
            let pair = pairs[index]
            let content = contents[pair.content]!
            let objective = try StyleTransferObjective(
                network: network, content: content, styles: [(styles[pair.style]!, 1)], settings: settings.objective)
            var start = content.values
            if settings.start == .noise {
                var generator = SplitMix64(seed: settings.seed &+ UInt64(index))
                start = start.map { _ in generator.nextUnit() }
            }
            return Problem(name: "\(stem(pair.content)) and \(stem(pair.style))", objective: objective, start: start)
        }
    }

    private static func read(
        _ paths: [String], _ maximumPixels: Int, _ prepare: (Picture) -> Planes
    ) throws -> [String: Planes] {
        var images: [String: Planes] = [:]
        for path in paths where images[path] == nil {
            images[path] = prepare(try PictureFile.read(path, maximumPixels: maximumPixels))
        }
        return images
    }
}
