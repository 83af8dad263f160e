import Imaging

/// How much of a content's structure a result keeps: Pearson's correlation of the gradients of their luminance
/// (0.2126 R + 0.7152 G + 0.0722 B), both components of every pixel together, by central differences.
///
/// 1 where every edge is where it was, 0 where there is no relation.
///
/// - Parameter content: resized to the result's size if it has another.
/// - Returns: 0 when either picture is plain.
public func structureKept(_ result: Picture, content: Picture) -> Double {
    let content = content.resized(to: result.size)
    let (one, other) = (luminanceGradients(result), luminanceGradients(content))
    let count = Double(max(one.count, 1))
    let (oneMean, otherMean) = (one.reduce(0, +) / count, other.reduce(0, +) / count)
    var (covariance, oneVariance, otherVariance) = (0.0, 0.0, 0.0)
    for (a, b) in zip(one, other) {
        covariance += (a - oneMean) * (b - otherMean)
        oneVariance += (a - oneMean) * (a - oneMean)
        otherVariance += (b - otherMean) * (b - otherMean)
    }
    // What rounding alone makes of a plain picture does not count.
    let floor = 1e-12 * count
    return oneVariance > floor && otherVariance > floor
        ? covariance / (oneVariance * otherVariance).squareRoot() : 0
}

private func luminanceGradients(_ picture: Picture) -> [Double] {
    let (width, height) = (picture.width, picture.height)
    let count = width * height
    let luminance = (0..<count).map { i in
        0.2126 * Double(picture.pixels[i]) + 0.7152 * Double(picture.pixels[count + i])
            + 0.0722 * Double(picture.pixels[2 * count + i])
    }
    var gradients: [Double] = []
    gradients.reserveCapacity(2 * count)
    for y in 0..<height {
        let (above, below) = (max(y - 1, 0) * width, min(y + 1, height - 1) * width)
        for x in 0..<width {
            let row = y * width
            gradients.append((luminance[row + min(x + 1, width - 1)] - luminance[row + max(x - 1, 0)]) / 2)
            gradients.append((luminance[below + x] - luminance[above + x]) / 2)
        }
    }
    return gradients
}
