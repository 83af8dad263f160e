import ArgumentParser
import FeatureNetwork
import StyleTransfer

/// The options of a command that paints many pictures in one way.
protocol PaintingOptions {
    var look: LookOptions { get }
    var objective: ObjectiveOptions { get }
    var optimization: OptimizerOptions { get }
}

extension PaintingOptions {
    /// Reads the network and the optimizer. The start is the content or noise.
    func makeStylizer(size: Int?, steps: Int? = nil, _ reporter: Reporter) throws -> Stylizer {
        var settings = Stylizer.Settings()
        settings.size = size
        settings.steps = steps
        settings.start = look.start == .noise ? .noise : .content
        look.apply(to: &settings)
        objective.apply(to: &settings)
        optimization.apply(to: &settings)
        let network = try objective.network.network()
        objective.applyLayers(to: &settings, of: network)
        settings.optimizer = try optimization.optimizer(for: network, reporter)
        return try usageErrors { try Stylizer(network: network, settings: settings) }
    }

    /// Throws when the start is one picture, which many cannot share.
    func requireCommonStart(_ command: String) throws {
        guard case .file(let path) = look.start else { return }
        throw ValidationError("\(command) starts from content or noise, not from \(path).")
    }
}
