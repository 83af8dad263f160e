/// Tables as text, after RFC 4180 but for its line ends, which are plain newlines.
public struct CSV {
    public private(set) var text: String

    public init(columns: [String]) {
        text = ""
        append(columns)
    }

    public mutating func append(_ fields: [String]) {
        text += fields.map(Self.quoted).joined(separator: ",") + "\n"
    }

    /// In quotes, doubled inside, when it could be taken for more than one field.
    private static func quoted(_ field: String) -> String {
        let isPlain = !field.unicodeScalars.contains { ",\"\n\r".unicodeScalars.contains($0) }
        return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
