/// The shape of a network to train: 3x3 convolutions with so many channels, in blocks with 2x2 pools between them.
public struct Architecture: Codable, Equatable, Sendable, CustomStringConvertible {
    /// The channels of each convolution, block by block.
    public let blocks: [[Int]]

    public static let standard = Architecture(blocks: [[32, 32], [64, 64], [128, 128], [128, 128], [128, 128]])!

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
        let name: String
        let inputs: Int
        let outputs: Int
        /// Whether it is its block's last, and whether a pool follows.
        let endsBlock: Bool
        let isPooled: Bool
    }

    var layers: [Layer] {
        var inputs = 3
        return blocks.enumerated().flatMap { i, block in
            block.enumerated().map { j, outputs in
                defer { inputs = outputs }
                let endsBlock = j == block.count - 1
                return Layer(
                    name: "conv\(i + 1)_\(j + 1)", inputs: inputs, outputs: outputs, endsBlock: endsBlock,
                    isPooled: endsBlock && i < blocks.count - 1)
            }
        }
    }

    /// The edge of a crop is a multiple of this, so that every pool has even sides.
    public var cropMultiple: Int { 1 << (blocks.count - 1) }

    /// As the file of a network names it: `conv1_1 conv1_2 pool conv2_1`.
    var fileDescription: String {
        layers.map { $0.name + ($0.isPooled ? " pool" : "") }.joined(separator: " ")
    }
}
