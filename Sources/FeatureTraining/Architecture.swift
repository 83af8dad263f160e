/// The shape of a network to train: 3x3 convolutions with so many channels, in blocks with 2x2 pools between them.
public struct Architecture: Codable, Equatable, Sendable, CustomStringConvertible {
    /// The channels of each convolution, block by block.
    public let blocks: [[Int]]

    /// That of VGG-19 up to conv5_1, with a quarter to a half of its channels.
    public static let standard = Architecture(
        blocks: [[16, 32], [64, 64], [96, 96, 96, 64], [128, 128, 128, 128], [128]])!

    /// Of blocks, as the edge of a crop halves with each; of convolutions in a block; of channels.
    private static let most = (blocks: 9, convolutions: 100, channels: 10_000)

    /// `nil` unless every block has a convolution and every convolution a channel, and none too many of them.
    public init?(blocks: [[Int]]) {
        let isSound =
            (1...Self.most.blocks).contains(blocks.count)
            && blocks.allSatisfy { block in
                (1...Self.most.convolutions).contains(block.count)
                    && block.allSatisfy { (1...Self.most.channels).contains($0) }
            }
        guard isSound else { return nil }
        self.blocks = blocks
    }

    /// As `32,32/64,64/128,128`.
    public init?(_ text: String) {
        var blocks: [[Int]] = []
        for part in text.split(separator: "/", omittingEmptySubsequences: false) {
            let channels = part.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
            guard channels.allSatisfy({ $0 != nil }) else { return nil }
            blocks.append(channels.compactMap { $0 })
        }
        self.init(blocks: blocks)
    }

    public var description: String {
        blocks.map { $0.map(String.init).joined(separator: ",") }.joined(separator: "/")
    }

    struct Layer {
        /// `conv1_1`; its activations are `relu1_1`.
        let name: String
        var activations: String { "relu" + name.dropFirst(4) }
        let inputs: Int
        let outputs: Int
        /// Whether a pool follows.
        let isPooled: Bool
    }

    var layers: [Layer] {
        var inputs = 3
        return blocks.enumerated().flatMap { i, block in
            block.enumerated().map { j, outputs in
                defer { inputs = outputs }
                return Layer(
                    name: "conv\(i + 1)_\(j + 1)", inputs: inputs, outputs: outputs,
                    isPooled: j == block.count - 1 && i < blocks.count - 1)
            }
        }
    }

    public var layerCount: Int { blocks.reduce(0) { $0 + $1.count } }

    /// The indices of the layers of each block.
    public var layersByBlock: [Range<Int>] {
        var count = 0
        return blocks.map { block in
            defer { count += block.count }
            return count..<count + block.count
        }
    }

    /// About how many multiply-adds the convolutions take for each pixel of a picture.
    public var multiplyAddsPerPixel: Double {
        var share = 1.0
        return layers.reduce(0) { sum, layer in
            defer { if layer.isPooled { share /= 4 } }
            return sum + share * Double(9 * layer.inputs * layer.outputs)
        }
    }

    /// The edge of a crop is a multiple of this, so that every pool has even sides.
    public var cropMultiple: Int { 1 << (blocks.count - 1) }

    /// As the file of a network names it: `conv1_1 conv1_2 pool conv2_1`.
    var fileDescription: String {
        layers.map { $0.name + ($0.isPooled ? " pool" : "") }.joined(separator: " ")
    }
}
