import ArgumentParser
import Files
import Imaging

/// A usage error, said in one sentence, unless `condition` holds.
func require(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
    guard condition else { throw ValidationError(sentence()) }
}

/// An empty name would be the root folder.
func requireFolderName(_ folder: String, _ option: String) throws {
    try require(!folder.isEmpty, "\(option) is empty; name a folder.")
}

/// The ending of its name chooses a picture's format.
func requirePictureName(_ path: String) throws {
    try usageErrors { _ = try PictureFormat.chosen(by: path) }
}

func requireWeight(_ value: Float, _ option: String) throws {
    try require(value.isFinite && value >= 0, "\(option) is 0 or more, not \(value).")
}

/// - Parameter unit: said after the range.
func requireRange(_ value: Int?, _ range: ClosedRange<Int>, _ option: String, unit: String = "") throws {
    guard let value else { return }
    try require(
        range.contains(value), "\(option) is from \(range.lowerBound) to \(range.upperBound)\(unit), not \(value).")
}

func requirePositive<Value: BinaryFloatingPoint>(_ value: Value?, atMost most: Int, _ option: String) throws {
    guard let value else { return }
    try require(value > 0 && value <= Value(most), "\(option) is more than 0 and at most \(most), not \(value).")
}
