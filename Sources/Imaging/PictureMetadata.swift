/// What a file says beside its picture.
public struct PictureMetadata: Equatable, Sendable {
    /// The colours of the file, if they are not sRGB and a picture can be written in them.
    public var profile: ICCProfile?

    public init(profile: ICCProfile? = nil) {
        self.profile = profile
    }
}
