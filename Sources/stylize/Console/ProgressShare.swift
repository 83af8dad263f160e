import Files
import StyleTransfer

/// How much of some work is done, as one line: a share, and facts of which the last matter most.
struct ProgressShare: Equatable {
    /// 0...1
    var fraction: Double
    var facts: [String]

    init(fraction: Double, facts: [String], timeLeft: Duration?) {
        self.fraction = min(max(fraction, 0), 1)
        self.facts = facts + (timeLeft.map { ["\($0.short) left"] } ?? [])
    }

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

    private var percent: String {
        let number = String(Int((fraction * 100).rounded(.down)))
        return String(repeating: " ", count: max(0, 3 - number.count)) + number + "%"
    }
}

extension Stylizer.Progress {
    /// `scale 3 of 4`, `256x192`, `loss 0.0123`
    var facts: [String] { ["scale \(scale + 1) of \(scaleCount)", "\(width)x\(height)", "loss \(loss.short)"] }

    /// `scale 3 of 4, 256x192, loss 0.0123 after step 160`
    var summary: String { facts.joined(separator: ", ") + " after step \(step)" }
}
