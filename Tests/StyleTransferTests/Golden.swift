import FeatureNetwork
import Foundation
import Numerics
import Safetensors

@testable import StyleTransfer

/// A case written by PyTorch in float64: see Goldens/make_goldens.py.
struct Golden {
    let name: String
    let file: SafetensorsFile

    init(_ name: String) throws {
        self.name = name
        file = try SafetensorsFile(path: Self.path(name))
    }

    private static func path(_ name: String) -> String {
        Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Goldens")!.path
    }

    static func network() throws -> FeatureNetwork {
        try FeatureNetwork(SafetensorsFile(path: path("network")))
    }

    func planes(_ name: String) -> Planes {
        let tensor = file[name]!
        return Planes(count: 3, height: tensor.shape[1], width: tensor.shape[2], values: tensor.values)
    }

    func number(_ name: String) -> Double { Double(file.metadata[name]!)! }

    func settings() throws -> ObjectiveSettings {
        struct Fields: Decodable {
            var contentWeight: Float
            var styleWeight: Float
            var totalVariationWeight: Float
            var styleLoss: String
            var contentLayers: [String: Float]
            var styleLayers: [String: Float]
            var pyramidLevels: Int
        }
        let fields = try JSONDecoder().decode(Fields.self, from: Data(file.metadata["settings"]!.utf8))
        var settings = ObjectiveSettings()
        settings.contentWeight = fields.contentWeight
        settings.styleWeight = fields.styleWeight
        settings.totalVariationWeight = fields.totalVariationWeight
        settings.styleLoss = StyleLoss(rawValue: fields.styleLoss)!
        settings.contentLayers = fields.contentLayers.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }
        settings.styleLayers = fields.styleLayers.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }
        settings.pyramidLevels = fields.pyramidLevels
        return settings
    }

    func objective() throws -> StyleTransferObjective {
        let weights = try JSONDecoder().decode([Float].self, from: Data(file.metadata["styleWeights"]!.utf8))
        return try StyleTransferObjective(
            network: Golden.network(), content: planes("content"),
            styles: weights.enumerated().map { (planes("style\($0.offset)"), $0.element) }, settings: settings())
    }
}
