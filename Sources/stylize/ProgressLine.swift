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
    var plain: String {
        "\(percent)  " + facts.joined(separator: ", ")
    }

    /// The line with a bar, in no more than `width` columns: as many of the facts as there is room for, the last first.
    func bar(width: Int, colours: Bool) -> String {
        let length = min(max(width / 4, 10), 30)
        guard width >= percent.count + 2 + length else { return String(percent.prefix(max(width, 0))) }
        var facts = facts
        let room = width - percent.count - 2 - length
        while !facts.isEmpty && facts.joined(separator: ", ").count + 2 > room { facts.removeFirst() }
        let done = Int((fraction * Double(length)).rounded(.down))
        let full = String(repeating: "━", count: done)
        let bar =
            colours
            ? "\u{1B}[36m\(full)\u{1B}[90m\(String(repeating: "━", count: length - done))\u{1B}[0m"
            : full + String(repeating: " ", count: length - done)
        return "\(percent)  \(bar)" + (facts.isEmpty ? "" : "  " + facts.joined(separator: ", "))
    }

    /// `scale 3 of 4, 256x192, loss 0.0123 after step 160, took 4.2 s`
    func summary(took time: Duration) -> String {
        "\(scaleText), \(width)x\(height), loss \(loss.short) after step \(step), took \(time.short)"
    }

    private var percent: String {
        let number = String(Int((fraction * 100).rounded(.down)))
        return String(repeating: " ", count: max(0, 3 - number.count)) + number + "%"
    }

    private var scaleText: String { "scale \(scale + 1) of \(scaleCount)" }

    private var facts: [String] {
        [scaleText, "\(width)x\(height)", "loss \(loss.short)"] + (timeLeft.map { ["\($0.short) left"] } ?? [])
    }
}

extension ProgressLine {
    init(_ progress: Stylizer.Progress, timeLeft: Duration?) {
        self.init(
            fraction: min(max(progress.fraction, 0), 1), step: progress.step,
            scale: progress.scale, scaleCount: progress.scaleCount,
            width: progress.width, height: progress.height, loss: progress.loss, timeLeft: timeLeft)
    }
}
