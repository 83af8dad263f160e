import Kernels
import Numerics
import Safetensors

/// Inputs by their index: the corpus first, then what is left of it after some mutations. Each follows from the seed
/// and its index alone.
struct Inputs {
    private enum Corpus {
        case pictures([[UInt8]])
        case tensors([SafetensorsFile], bytes: [[UInt8]])
    }

    private let reader: Reader
    private let seed: UInt64
    private let corpus: Corpus

    /// - Throws: when the fixtures cannot be read.
    init(_ reader: Reader, seed: UInt64) throws {
        (self.reader, self.seed) = (reader, seed)
        func tensors(_ files: [SafetensorsFile]) -> Corpus { .tensors(files, bytes: files.map(\.bytes)) }
        corpus =
            switch reader {
            case .png: .pictures(try PictureCorpus.png())
            case .jpeg: .pictures(try PictureCorpus.jpeg())
            case .features: tensors(TensorCorpus.features())
            case .optimizer: tensors(TensorCorpus.optimizers())
            }
    }

    subscript(index: Int) -> [UInt8] {
        var generator = SplitMix64(seed: seed, stream: UInt64(index))
        switch corpus {
        case .pictures(let files):
            if index < files.count { return files[index] }
            var bytes = files.randomElement(using: &generator)!
            let other = files.randomElement(using: &generator)!
            let parts = reader == .png ? PNGFile.chunks : JPEGFile.segments
            for _ in 0..<Self.mutationCount(using: &generator) {
                switch Int.random(in: 0..<8, using: &generator) {
                case 0: PartMutation.apply(to: &bytes, parts(bytes), other, parts(other), using: &generator)
                case 1 where reader == .png: PNGFile.insertChunk(into: &bytes, using: &generator)
                default: ByteMutation.apply(to: &bytes, from: other, using: &generator)
                }
            }
            // Otherwise hardly anything would come past the checksums.
            if reader == .png, Int.random(in: 0..<8, using: &generator) > 0 { PNGFile.repairChecksums(&bytes) }
            return bytes
        case .tensors(let files, let bytes):
            if index < files.count { return bytes[index] }
            let chosen = files.indices.randomElement(using: &generator)!
            let count = Self.mutationCount(using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                var damaged = bytes[chosen]
                let other = bytes.randomElement(using: &generator)!
                for _ in 0..<count { ByteMutation.apply(to: &damaged, from: other, using: &generator) }
                return damaged
            case 1:
                var damaged = TensorsFile(bytes[chosen])
                for _ in 0..<count { TextMutation.apply(to: &damaged.header, using: &generator) }
                return damaged.bytes
            default:
                var damaged = files[chosen]
                for _ in 0..<count { damaged.mutate(using: &generator) }
                return damaged.bytes
            }
        }
    }

    /// Mostly one or two: after many, nothing is left that a reader would take for its own.
    private static func mutationCount(using generator: inout SplitMix64) -> Int {
        1 + min(generator.next().trailingZeroBitCount, 7)
    }
}
