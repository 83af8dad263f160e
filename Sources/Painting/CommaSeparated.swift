import StyleTransfer

/// Words separated by commas, as an option takes them: `2,1`, `learned,lbfgs`.
public struct CommaSeparated<Element: LosslessStringConvertible & Equatable & Sendable>: Equatable, Sendable,
    CustomStringConvertible
{
    public var elements: [Element]

    public init(_ elements: [Element]) { self.elements = elements }

    public init?(argument: String) {
        elements = []
        for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let element = Element(String(word.drop { $0 == " " })) else { return nil }
            elements.append(element)
        }
    }

    public var description: String { elements.map(\.description).joined(separator: ",") }

    /// With spaces, so that the help can break the line.
    public var defaultValueDescription: String { elements.map(\.description).joined(separator: ", ") }

    public static var allValueStrings: [String] {
        (OptimizerChoice.allCases as? [Element])?.map(\.description) ?? []
    }
}

public typealias NumberList = CommaSeparated<Float>
public typealias OptimizerList = CommaSeparated<OptimizerChoice>
public typealias LayerList = CommaSeparated<ObjectiveSettings.Layer>

/// `relu1_1:0.2`, or the name alone for weight 1. A layer goes by the name of its activations, or by that of the
/// convolution they come from: `conv1_1`.
extension ObjectiveSettings.Layer: LosslessStringConvertible {
    public init?(_ text: String) {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = fields.first, !name.isEmpty, fields.count <= 2,
            let weight = fields.count == 2 ? Float(fields[1]) : 1, weight.isFinite, weight >= 0
        else { return nil }
        self.init(name.hasPrefix("conv") ? "relu" + name.dropFirst(4) : String(name), weight)
    }

    public var description: String { "\(name):\(weight)" }
}
