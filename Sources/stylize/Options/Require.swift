import ArgumentParser

/// A usage error, said in one sentence, unless `condition` holds.
func require(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
    guard condition else { throw ValidationError(sentence()) }
}

func requireWeight(_ value: Float, _ option: String) throws {
    try require(value.isFinite && value >= 0, "\(option) is 0 or more, not \(value).")
}
