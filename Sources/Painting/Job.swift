import Files

/// One painting of a list: its pictures, and settings by the names of the command line's options, without the dashes.
struct Job {
    /// A value as JSON has it; the cells of a table are words.
    enum Value: Decodable {
        case flag(Bool)
        case word(Word)
        case list([Word])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let flag = try? value.decode(Bool.self) {
                self = .flag(flag)
            } else if let word = try? value.decode(Word.self) {
                self = .word(word)
            } else {
                self = .list(try value.decode([Word].self))
            }
        }

        var words: [Word] {
            switch self {
            case .flag(let flag): [Word(text: "\(flag)", isString: false)]
            case .word(let word): [word]
            case .list(let words): words
            }
        }
    }

    /// A string, or a number as one writes it.
    struct Word: Decodable {
        var text: String
        var isString = true

        init(text: String, isString: Bool = true) { (self.text, self.isString) = (text, isString) }

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let whole = try? value.decode(Int.self) {
                self.init(text: "\(whole)", isString: false)
            } else if let number = try? value.decode(Double.self) {
                self.init(text: "\(number)", isString: false)
            } else {
                self.init(text: try value.decode(String.self))
            }
        }
    }

    private static let pictures = ["content", "style", "style-blend", "mask", "style-mask", "output"]
    /// Those of before there were settings.
    private static let olderNames = ["blend": "style-blend", "styleMask": "style-mask"]
    private static let settings = Set(PaintingRequest.optionNames.map { String($0.dropFirst(2)) })

    /// Whether a job may say something of that name.
    static func knows(_ name: String) -> Bool { pictures.contains(canonical(name)) || settings.contains(name) }

    private static func canonical(_ name: String) -> String { olderNames[name] ?? name }

    private let values: [String: Value]
    /// Where it stands, as a sentence begins.
    private let place: String

    /// - Throws: `Failure` when it says something that no job has.
    init(_ values: [String: Value], place: String) throws {
        if let other = values.keys.sorted().first(where: { !Self.knows($0) }) {
            let pictures = Self.pictures.formatted(.list(type: .and))
            throw Failure(
                .input,
                "\(place) says \(other), which no job has; there are \(pictures), and the options of a painting.")
        }
        self.values = Dictionary(values.map { (Self.canonical($0), $1) }, uniquingKeysWith: { first, _ in first })
        self.place = place
    }

    /// What it says beside its pictures, as on a command line.
    var arguments: [String] {
        values.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
            guard Self.settings.contains(name) else { return [] }
            let words = value.words.map(\.text).joined(separator: ",")
            return PaintingRequest.flagNames.contains("--" + name)
                ? (words == "true" ? ["--" + name] : words == "false" ? [] : ["--\(name)=\(words)"])
                : ["--\(name)=\(words)"]
        }
    }

    /// - Parameters:
    ///   - request: what its settings stand for.
    ///   - folder: where it goes if it does not say.
    /// - Throws: `Failure` that says where the job stands.
    func request(like request: PaintingRequest, folder: String) throws -> PaintingRequest {
        func require(_ isFine: Bool, _ complaint: String) throws {
            guard isFine else { throw Failure(.input, "\(place) \(complaint).") }
        }
        func words(_ name: String) throws -> [String] {
            let words = values[name]?.words ?? []
            try require(words.allSatisfy(\.isString), "names a file by something else than a string")
            return words.map(\.text)
        }
        func word(_ name: String) throws -> String? {
            let words = try words(name)
            try require(words.count <= 1, "names more than one \(name)")
            return words.first.flatMap { $0.isEmpty ? nil : $0 }
        }
        let (content, styles) = (try word("content"), try words("style"))
        try require(
            content != nil && !styles.isEmpty && !styles.contains(""), "does not name a content and a style")
        let blend = values["style-blend"].map { $0.words.compactMap { Float($0.text) } }
        let shares = blend ?? styles.map { _ in 1 }
        try require(
            shares.count == styles.count && shares.allSatisfy { $0.isFinite && $0 >= 0 }
                && shares.contains { $0 > 0 },
            "wants a number for each style, none negative and not all 0")
        let masks = try words("style-mask")
        try require(
            masks.isEmpty || (masks.count == styles.count && blend == nil),
            "wants a mask for each style, and then no blend")
        var request = request
        (request.content, request.styles, request.shares) = (content!, styles, shares)
        (request.mask, request.styleMasks) = (try word("mask"), masks)
        request.output = try word("output") ?? join(folder, request.defaultName)
        return request
    }
}
