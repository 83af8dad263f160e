import Imaging
import Numerics

/// Something to paint: a believable picture drawn by ray marching.
public enum DrawnContent: String, CaseIterable, Sendable {
    case stillLife = "still-life"
    case lake
    case lighthouse
    case hills
    case city
    case bust
    case bridge
    case avenue
    case cat

    /// Draws the picture. Another seed gives another composition, palette and light of the same kind.
    public func draw(seed: UInt64, width: Int, height: Int) -> Picture {
        var random = SplitMix64(seed: seed)
        switch self {
        case .stillLife: return RayMarcher(StillLife(&random), width: width, height: height).draw()
        case .lake: return RayMarcher(Lake(&random), width: width, height: height).draw()
        case .lighthouse: return RayMarcher(Lighthouse(&random), width: width, height: height).draw()
        case .hills: return RayMarcher(Hills(&random), width: width, height: height).draw()
        case .city: return RayMarcher(City(&random), width: width, height: height).draw()
        case .bust: return RayMarcher(Bust(&random), width: width, height: height).draw()
        case .bridge: return RayMarcher(Bridge(&random), width: width, height: height).draw()
        case .avenue: return RayMarcher(Avenue(&random), width: width, height: height).draw()
        case .cat: return RayMarcher(Cat(&random), width: width, height: height).draw()
        }
    }
}
