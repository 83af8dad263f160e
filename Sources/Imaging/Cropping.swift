extension Picture {
    /// The part of `width` x `height` pixels that begins at column `left` of row `top`.
    ///
    /// - Precondition: it lies within the picture.
    public func cropped(left: Int, top: Int, width: Int, height: Int) -> Picture {
        Picture(
            planes.cropped(left: left, top: top, width: width, height: height),
            alpha: alpha?.cropped(left: left, top: top, width: width, height: height))
    }

    /// The middle of that size, or as much of it as there is.
    public func centre(width newWidth: Int, height newHeight: Int) -> Picture {
        let (w, h) = (min(newWidth, width), min(newHeight, height))
        return cropped(left: (width - w) / 2, top: (height - h) / 2, width: w, height: h)
    }

    /// The largest square in the middle.
    public var centredSquare: Picture {
        let side = min(width, height)
        return centre(width: side, height: side)
    }
}
