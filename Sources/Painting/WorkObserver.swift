import Foundation

/// Who hears of long work, and may want it to stop. It is called from several threads.
public protocol WorkObserver: Sendable {
    var wantsStop: Bool { get }
    func note(_ sentence: String)
    /// Called around work of which there will be progress.
    func begin()
    func end()
    /// - Parameters:
    ///   - fraction: the share of the work that is done, 0...1.
    ///   - facts: what is at work.
    func progress(fraction: Double, facts: [String])
}

/// The value as JSON on one line, its keys in order.
public func jsonLine(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
