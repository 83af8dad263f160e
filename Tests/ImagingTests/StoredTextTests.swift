import Imaging
import Numerics
import Testing

@Suite struct StoredTextTests {
    private let picture = Picture(width: 2, height: 2, pixels: .init(repeating: 0.5, count: 12))
    private let text = ["Command line": "stylize --content a.png: b", "Fingerprint": "0123", "Note": "größer"]

    @Test(arguments: [PictureFormat.png(), .png(depth: .sixteen), .jpeg()])
    func whatWasStoredIsReadBack(format: PictureFormat) throws {
        #expect(StoredText.read(try picture.encoded(as: format, text: text)) == text)
        #expect(StoredText.read(try picture.encoded(as: format)).isEmpty)
    }

    @Test(arguments: [PictureFormat.png(), .jpeg()])
    func ofADamagedFileThereIsWhatCanBeMadeOut(format: PictureFormat) throws {
        let bytes = try picture.encoded(as: format, text: text)
        for count in 0..<bytes.count { _ = StoredText.read(Array(bytes.prefix(count))) }
        var generator = SplitMix64(seed: 1)
        for _ in 0..<2000 {
            var damaged = bytes
            for _ in 0..<3 {
                damaged[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            _ = StoredText.read(damaged)
        }
        #expect(StoredText.read([]).isEmpty && StoredText.read([1, 2, 3]).isEmpty)
    }
}
