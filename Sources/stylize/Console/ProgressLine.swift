import Files
import StyleTransfer

/// What is known after a step, as one line.
struct ProgressLine: Equatable {
    var fraction: Double
    var step: Int
    var scale: Int
    var scaleCount: Int
    var width: Int
    var height: Int
    var loss: Double
    var timeLeft: Duration?

    /// ` 42%  scale 3 of 4, 256x192, loss 0.0123, 1:23 left`
    var plain: String { share.plain }

    /// The line with a bar, in no more than `width` columns.
    func bar(width: Int, colours: Bool) -> String { share.bar(width: width, colours: colours) }

    var share: ProgressShare {
        ProgressShare(
            fraction: fraction, facts: [scaleText, "\(width)x\(height)", "loss \(loss.short)"], timeLeft: timeLeft)
    }

    /// `scale 3 of 4, 256x192, loss 0.0123 after step 160, took 4.2 s`
    func summary(took time: Duration) -> String {
        "\(scaleText), \(width)x\(height), loss \(loss.short) after step \(step), took \(time.short)"
    }

    private var scaleText: String { "scale \(scale + 1) of \(scaleCount)" }
}

extension ProgressLine {
    init(_ progress: Stylizer.Progress, timeLeft: Duration?) {
        self.init(
            fraction: min(max(progress.fraction, 0), 1), step: progress.step,
            scale: progress.scale, scaleCount: progress.scaleCount,
            width: progress.width, height: progress.height, loss: progress.loss, timeLeft: timeLeft)
    }
}
