import Imaging
import Numerics

/// Paints regions of a picture, each in a style of its own, and leaves the rest as it is.
///
/// Every style is painted over the whole picture and shows where its mask does, so that the strokes of two regions run
/// on under the soft edge between them.
public struct RegionPainting: Sendable {
    private let stylizer: Stylizer
    private let mask: Planes?
    private let styleMasks: [Planes]

    /// - Parameters:
    ///   - mask: where to paint at all, as `Picture.mask`; `nil` is everywhere. Of any size, as the others.
    ///   - styleMasks: where to paint in each style; none when all styles are blended everywhere.
    public init(stylizer: Stylizer, mask: Planes? = nil, styleMasks: [Planes] = []) {
        self.stylizer = stylizer
        self.mask = mask
        self.styleMasks = styleMasks
    }

    /// - Parameter styles: with style masks, one for each; blended without.
    public func paint(
        _ content: Picture, _ styles: [Stylizer.Style],
        progress: (Stylizer.Progress) -> Stylizer.Decision = { _ in .carryOn }
    ) throws -> Stylizer.Result {
        let blends = styleMasks.isEmpty ? [styles] : styles.map { [Stylizer.Style($0.picture)] }
        return try paint(content, blends.map(stylizer.prepare), progress: progress)
    }

    /// - Parameters:
    ///   - blends: with style masks, one for each; a single one without. Prepared by the stylizer.
    ///   - progress: called after each step, of which each blend makes as many again.
    /// - Returns: the picture; the loss is the mean over the blends.
    /// - Throws: `StyleTransferError`, as `Stylizer.stylize`.
    public func paint(
        _ content: Picture, _ blends: [PreparedStyles],
        progress: (Stylizer.Progress) -> Stylizer.Decision = { _ in .carryOn }
    ) throws -> Stylizer.Result {
        precondition(blends.count == max(styleMasks.count, 1), "a mask for each style")
        var results: [Stylizer.Result] = []
        for blend in blends {
            let before = results.count
            let result = try stylizer.stylize(content, styles: blend) { one in
                var whole = one
                whole.step += before * one.stepCount
                whole.stepCount *= blends.count
                whole.scale += before * one.scaleCount
                whole.scaleCount *= blends.count
                whole.fraction = (Double(before) + one.fraction) / Double(blends.count)
                return progress(whole)
            }
            results.append(result)
            if result.wasStopped { break }
        }
        var picture = results[0].picture
        if mask != nil || !styleMasks.isEmpty {
            let size = picture.size
            func resized(_ mask: Planes) -> Planes {
                mask.hasSides(of: picture.planes)
                    ? mask : mask.resampled(height: size.height, width: size.width).clamped
            }
            let everywhere = Planes(count: 1, height: size.height, width: size.width, repeating: 1)
            let whole = mask.map(resized) ?? everywhere
            let masks = styleMasks.isEmpty ? [everywhere] : styleMasks.map(resized)
            let alpha = picture.alpha
            picture = content.resized(to: size).covered(
                by: zip(results, masks).map { result, mask in
                    var mask = mask
                    for i in mask.values.indices { mask.values[i] *= whole.values[i] }
                    return (result.picture, mask)
                })
            picture.alpha = alpha
        }
        return Stylizer.Result(
            picture: picture, loss: results.reduce(0) { $0 + $1.loss } / Double(results.count),
            steps: results.reduce(0) { $0 + $1.steps }, wasStopped: results.contains(where: \.wasStopped))
    }
}
