/// What a file says beside its picture.
public struct PictureMetadata: Equatable, Sendable {
    /// What the numbers in the file mean, if the file says so and a picture can be written in it.
    public var profile: ICCProfile?
    /// EXIF data from the TIFF header on. Their orientation is upright, as a decoded picture is.
    public var exif: [UInt8]?
    /// An XMP packet.
    public var xmp: [UInt8]?

    public init(profile: ICCProfile? = nil, exif: [UInt8]? = nil, xmp: [UInt8]? = nil) {
        self.profile = profile
        self.exif = exif
        self.xmp = xmp
    }
}
