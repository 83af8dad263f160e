import CNeuralKernels

/// Activations of one layer, or their gradient: channels in blocks of 16, each block a plane of pixels of 16 floats.
///
/// Channels are rounded up to whole blocks; the surplus is zero. In each plane the pictures of a batch stand one below
/// the other.
public final class FeatureMaps: Sendable {
    public let images: Int
    public let channels: Int
    /// Of one picture.
    public let height: Int
    public let width: Int
    public let floatCount: Int
    let buffer: AlignedBuffer

    /// - Parameter buffer: memory to use, at least `floatCount` long; by default its own.
    public init(images: Int = 1, channels: Int, height: Int, width: Int, buffer: AlignedBuffer? = nil) {
        precondition(images > 0 && channels > 0 && height > 0 && width > 0)
        self.images = images
        self.channels = channels
        self.height = height
        self.width = width
        let count = Self.floatCount(images: images, channels: channels, height: height, width: width)
        self.buffer = buffer ?? AlignedBuffer(count)
        floatCount = count
        precondition(self.buffer.count >= count)
    }

    /// How much memory maps of a shape take, in floats.
    public static func floatCount(images: Int, channels: Int, height: Int, width: Int) -> Int {
        (channels + 15) / 16 * plane(height: images * height, width: width) + Int(FEATURE_MAP_SLACK)
    }

    /// Maps of the same shape, in memory to use or their own.
    public convenience init(like other: FeatureMaps, buffer: AlignedBuffer? = nil) {
        self.init(
            images: other.images, channels: other.channels, height: other.height, width: other.width, buffer: buffer)
    }

    /// The pictures of a batch as a single one, of the same memory: what looks at no neighbours, or at 2x2 cells of
    /// even sides, does the same to both.
    public var stacked: FeatureMaps {
        FeatureMaps(channels: channels, height: images * height, width: width, buffer: buffer)
    }

    public var blocks: Int { (channels + 15) / 16 }
    /// Of the whole batch.
    public var pixelCount: Int { images * height * width }
    var plane: Int { Self.plane(height: images * height, width: width) }

    // One line more than the pixels, so that the planes of a power-of-two picture do not share cache sets.
    private static func plane(height: Int, width: Int) -> Int { height * width * 16 + 16 }

    /// The view the kernels take.
    var map: FeatureMap {
        FeatureMap(
            data: buffer.pointer, blocks: Int32(blocks), height: Int32(height), width: Int32(width), plane: plane)
    }

    /// The view of one picture of a batch.
    func map(of image: Int) -> FeatureMap {
        var map = map
        map.data = buffer.pointer + image * height * width * 16
        return map
    }

    /// - Parameter y: the rows of later pictures follow those of the first.
    public subscript(channel: Int, y: Int, x: Int) -> Float {
        get { buffer.pointer[index(channel, y, x)] }
        set { buffer.pointer[index(channel, y, x)] = newValue }
    }

    private func index(_ channel: Int, _ y: Int, _ x: Int) -> Int {
        precondition((0..<channels).contains(channel) && (0..<images * height).contains(y) && (0..<width).contains(x))
        return channel / 16 * plane + (y * width + x) * 16 + channel % 16
    }

    /// The values as [channel][image][y][x].
    public var planar: [Float] {
        var values = [Float](repeating: 0, count: channels * pixelCount)
        for channel in 0..<channels {
            let source = buffer.pointer + channel / 16 * plane + channel % 16
            for pixel in 0..<pixelCount { values[channel * pixelCount + pixel] = source[pixel * 16] }
        }
        return values
    }

    /// A copy with its own memory.
    public func copy() -> FeatureMaps {
        let copy = FeatureMaps(images: images, channels: channels, height: height, width: width)
        copy.buffer.pointer.update(from: buffer.pointer, count: floatCount)
        return copy
    }
}
