import ArgumentParser
import Numerics
import Painting
import StyleTransfer

/// The options of a command that paints.
protocol PaintingOptions {
    var look: LookOptions { get }
    var objective: ObjectiveOptions { get }
}

extension PaintingOptions {
    /// The request of a painting without pictures: what all have in common.
    func commonRequest() -> PaintingRequest {
        var request = PaintingRequest()
        look.apply(to: &request)
        objective.apply(to: &request)
        return request
    }

    /// - Parameter styleCount: how many blends of styles are kept for the next requests.
    func makePainter(
        _ request: PaintingRequest, keeping styleCount: Int = Parallel.threadCount, _ reporter: Reporter
    ) throws -> Painter {
        let painter = Painter(keeping: styleCount)
        if try painter.setup(for: request).hasStandIn {
            reporter.note("The built-in learned optimizer is for the built-in network; lbfgs takes its place.")
        }
        return painter
    }

    /// Throws when the start is one picture, which many cannot share.
    func requireCommonStart(_ command: String) throws {
        guard case .file(let path) = look.start else { return }
        throw ValidationError("\(command) starts from content or noise, not from \(path).")
    }
}

extension StartingPoint: ExpressibleByArgument {}
extension CommaSeparated: ExpressibleByArgument {}
extension Shard: ExpressibleByArgument {}
extension ColorPreservation: ExpressibleByArgument {}
extension StyleLoss: ExpressibleByArgument {}

/// Nobody paints with one that is untrained.
extension OptimizerChoice: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
        if self == .untrained { return nil }
    }

    public static var allValueStrings: [String] { allCases.filter { $0 != .untrained }.map(\.description) }
}
