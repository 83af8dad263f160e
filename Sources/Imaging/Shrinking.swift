extension Picture {
    /// The picture with its longest edge brought down to `edge`, if it is longer.
    public func shrunk(toEdge edge: Int) -> Picture {
        let longest = max(width, height)
        guard longest > edge else { return self }
        return resized(width: max(1, width * edge / longest), height: max(1, height * edge / longest))
    }
}
