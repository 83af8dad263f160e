/// How a vector of parameters is laid out in space: planes of rows. An optimizer may look at a parameter's neighbours.
public struct Grid: Equatable, Sendable {
    public var planes: Int
    public var height: Int
    public var width: Int

    public init(planes: Int, height: Int, width: Int) {
        precondition(planes >= 0 && height >= 0 && width >= 0)
        (self.planes, self.height, self.width) = (planes, height, width)
    }

    /// A vector without neighbours: every parameter is a plane of its own.
    public static func unordered(_ count: Int) -> Grid { Grid(planes: count, height: 1, width: 1) }

    public var count: Int { planes * height * width }
}
