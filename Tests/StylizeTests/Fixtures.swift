import Foundation
import Kernels
import Numerics
import Safetensors
import Testing

@testable import Imaging

/// Small pictures as bytes, the ordinary ones made by the encoder, the odd ones spelt out; and small networks.
enum Fixture {
    /// Waves of colour: smooth, never grey, and different for each `phase`.
    static func picture(width: Int, height: Int, phase: Float = 0, transparent: Bool = false) -> Picture {
        var pixels: [Float] = []
        for channel in 0..<3 {
            for y in 0..<height {
                for x in 0..<width {
                    let wave = sin(Float(x) * 0.3 + Float(y) * 0.2 + Float(channel) * 2 + phase)
                    pixels.append(0.5 + 0.5 * wave)
                }
            }
        }
        let alpha = (0..<width * height).map { Float($0 % width) / Float(max(width - 1, 1)) }
        return Picture(width: width, height: height, pixels: pixels, alpha: transparent ? alpha : nil)
    }

    static func png(
        width: Int, height: Int, phase: Float = 0, depth: PictureFormat.BitDepth = .eight, transparent: Bool = false
    ) throws -> [UInt8] {
        let picture = picture(width: width, height: height, phase: phase, transparent: transparent)
        return try picture.encoded(as: .png(depth: depth))
    }

    static func jpeg(width: Int, height: Int) throws -> [UInt8] {
        try picture(width: width, height: height).encoded(as: .jpeg())
    }

    /// In the colours of Display P3, and with EXIF and XMP.
    static func withMetadata(width: Int, height: Int, phase: Float = 0) throws -> [UInt8] {
        try picture(width: width, height: height, phase: phase).encoded(as: .jpeg(), metadata: metadata())
    }

    static func metadata() throws -> PictureMetadata {
        let displayP3 = ICCProfile.Primaries(
            red: .init(x: 0.68, y: 0.32), green: .init(x: 0.265, y: 0.69), blue: .init(x: 0.15, y: 0.06),
            white: ICCProfile.Primaries.sRGB.white)
        return PictureMetadata(
            profile: ICCProfile(primaries: displayP3, curve: .sRGB),
            // A TIFF header, then a directory of no entries.
            exif: [0x49, 0x49, 42, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0], xmp: Array("<x:xmpmeta/>".utf8))
    }

    static func decode(_ bytes: some DataProtocol) throws -> Picture {
        try Picture(decoding: Array(bytes))
    }

    /// Random weights for layers of which a tensor's name and number of outputs are given.
    static func network(
        _ layers: [(name: String, outputs: Int)], metadata: [String: String] = [:]
    ) -> SafetensorsFile {
        var generator = SplitMix64(seed: 3)
        var (tensors, inputs) = ([String: SafetensorsFile.Tensor](), 3)
        for (name, outputs) in layers {
            let scale = (6 / Float(9 * inputs)).squareRoot()
            tensors["\(name).weight"] = .init(
                shape: [outputs, inputs, 3, 3],
                values: (0..<outputs * inputs * 9).map { _ in (generator.nextUnit() * 2 - 1) * scale })
            tensors["\(name).bias"] = .init(shape: [outputs], values: [Float](repeating: 0.1, count: outputs))
            inputs = outputs
        }
        return SafetensorsFile(tensors: tensors, metadata: metadata)
    }

    /// With torchvision's names.
    static var vgg19: SafetensorsFile {
        let indices = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]
        return network(indices.map { ("features.\($0)", $0 < 10 ? 6 : 12) })
    }

    /// 8x6 pixels each.
    static let grey = bytes(
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAAAAADbboAnAAAAEklEQVR42mNkkIMAJlYoIIYBADtAAaa6dbEEAAAAAElFTkSuQmCC")
    static let grey16 = bytes(
        """
        iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGEAAAAACL/lxkAAAAKUlEQVR4nGNkYJB3kHeQd1BwgNAszC3MDiwOLEdgNCM7ByEVfAIEVAAAnRQTD7T4
        6eYAAAAASUVORK5CYII=
        """)
    static let palette = bytes(
        """
        iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGAgMAAACDazdoAAAADFBMVEX/AAAAgAAAAP/68BQ4+wYeAAAAGklEQVR4nGOUZmAJZGBxZWARZWCUZmAJ
        ZAAAC8cBRekyEPwAAAAASUVORK5CYII=
        """)
    static let cmykJPEG = bytes(
        """
        /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBK
        UVJP/8AAFAgABgAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAE
        EQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6
        g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkA
        SwAAPwC949/5afjS/wDCc3fo/wCdJXoVf//Z
        """)
    /// A PNG whose header claims 100000x100000 pixels, with data for none of them.
    static let hugePNG = bytes(
        "iVBORw0KGgoAAAANSUhEUgABhqAAAYagCAIAAAAnMJyfAAAADElEQVR4nGNgoAwAAABAAAG3NHzvAAAAAElFTkSuQmCC")

    private static func bytes(_ base64: String) -> [UInt8] {
        Array(Data(base64Encoded: base64, options: .ignoreUnknownCharacters)!)
    }
}
