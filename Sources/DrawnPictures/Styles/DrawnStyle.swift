import Imaging
import Numerics

/// A way of painting: a picture whose palette and touch are worth borrowing.
public enum DrawnStyle: String, CaseIterable, Sendable {
    case flowingStrokes = "flowing-strokes"
    case impression
    case paletteKnife = "palette-knife"
    case pointillism
    case watercolour
    case inkWash = "ink-wash"
    case woodcut
    case wavePrint = "wave-print"
    case stainedGlass = "stained-glass"
    case mosaic
    case facets
    case cutOuts = "cut-outs"
    case marbling
    case artDeco = "art-deco"
    case batik

    /// Draws the picture. Another seed gives another composition and palette of the same kind.
    public func draw(seed: UInt64, width: Int, height: Int) -> Picture {
        var random = SplitMix64(seed: seed)
        var canvas = Canvas(width: width, height: height)
        switch self {
        case .flowingStrokes: paintFlowingStrokes(&canvas, &random)
        case .impression: paintImpression(&canvas, &random)
        case .paletteKnife: paintPaletteKnife(&canvas, &random)
        case .pointillism: paintPoints(&canvas, &random)
        case .watercolour: paintWatercolour(&canvas, &random)
        case .inkWash: paintInkWash(&canvas, &random)
        case .woodcut: paintWoodcut(&canvas, &random)
        case .wavePrint: paintWavePrint(&canvas, &random)
        case .stainedGlass: paintStainedGlass(&canvas, &random)
        case .mosaic: paintMosaic(&canvas, &random)
        case .facets: paintFacets(&canvas, &random)
        case .cutOuts: paintCutOuts(&canvas, &random)
        case .marbling: paintMarbling(&canvas, &random)
        case .artDeco: paintArtDeco(&canvas, &random)
        case .batik: paintBatik(&canvas, &random)
        }
        return canvas.picture
    }
}
