import Foundation

/// One painting of many: what it is made of and where it goes.
struct BatchJob: Equatable {
    var content: String
    /// More than one are blended.
    var styles: [String]
    /// Each style's share of the whole.
    var shares: [Float]
    var output: String

    /// `photos/photo.jpg and styles/waves.png`
    var inputs: String { ([content] + styles).formatted(.list(type: .and)) }

    /// `photo.jpg in the style of waves.png`
    var title: String { paintingTitle(content: content, styles: styles) }
}

/// `photo.jpg in the style of waves.png`
func paintingTitle(content: String, styles: [String]) -> String {
    let name = { URL(filePath: $0).lastPathComponent }
    return name(content) + " in the style of " + styles.map(name).formatted(.list(type: .and))
}

/// What a painting is called unless somebody says otherwise: `photo-waves.png`
func paintingName(content: String, styles: [String]) -> String {
    stem(content) + "-" + styles.map(stem).joined(separator: "+") + ".png"
}
