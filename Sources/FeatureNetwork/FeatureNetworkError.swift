/// Why a file of weights is not a network this program can run.
public enum FeatureNetworkError: Error, Equatable, CustomStringConvertible {
    case noArchitecture
    case unknownPart(String)
    case repeatedPart(String)
    case startsWithPool
    case missingTensor(String)
    case wrongShape(tensor: String, found: [Int], expected: String)
    case notFinite(tensor: String)
    case unknownPadding(String)
    case unknownPooling(String)
    case strangerInVGG(tensor: String)

    public var description: String {
        switch self {
        case .noArchitecture:
            "the weights are of no VGG-16 or VGG-19, and no \"architecture\" in their metadata says what else they are for"
        case .unknownPart(let name):
            "the architecture names \"\(name)\"; only convolutions (conv1_1) and pool are known"
        case .repeatedPart(let name):
            "the architecture names \"\(name)\" more than once"
        case .startsWithPool:
            "the architecture must start with a convolution and have one before every pool"
        case .missingTensor(let name):
            "the architecture needs a tensor \"\(name)\", which the file does not have"
        case .wrongShape(let tensor, let found, let expected):
            "tensor \"\(tensor)\" has the shape \(found); the network needs \(expected)"
        case .notFinite(let tensor):
            "tensor \"\(tensor)\" holds values that are not numbers"
        case .unknownPadding(let name):
            "its metadata ask for the padding \"\(name)\"; only replicate and zeros are known"
        case .unknownPooling(let name):
            "its metadata ask for the pool \"\(name)\"; only average, max and blur are known"
        case .strangerInVGG(let tensor):
            "tensor \"\(tensor)\" is of neither VGG-16 nor VGG-19 without batch normalisation"
        }
    }
}
