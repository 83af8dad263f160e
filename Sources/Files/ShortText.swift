import Foundation

extension Duration {
    /// `0.4 s`, `12 s`, `1:23`, `2:03:04`
    public var short: String {
        let seconds = self / .seconds(1)
        if seconds < 9.95 { return String(format: "%.1f s", max(0, seconds)) }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return String(format: "%d:%02d", whole / 60, whole % 60) }
        return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
    }
}

extension Int {
    /// `1 step`, `2 steps`
    public func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}

extension Double {
    /// Four digits that count: `0.01234`, `12.34`
    public var short: String { String(format: "%.4g", self) }
}
