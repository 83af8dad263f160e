/// Why a network cannot be distilled.
public enum DistillerError: Error, Equatable, CustomStringConvertible {
    case noSuchLayer(String, teacher: [String])
    case otherSize(String)
    case needsMoreMemory(needed: Double, available: Double)
    case notFinite(layer: String)
    case diverged(step: Int)
    case otherTeacher

    public var description: String {
        switch self {
        case .noSuchLayer(let name, let teacher):
            "the teacher has no \(name) for the student's; it has \(teacher.joined(separator: ", "))"
        case .otherSize(let name):
            "the teacher's \(name) is of another size than the student's; the pools must stand at the same places"
        case .needsMoreMemory(let needed, let available):
            "it takes about \(Int(needed / 1e9) + 1) GB, and this machine has \(Int(available / 1e9)); take fewer or smaller "
                + "crops, or fewer channels"
        case .notFinite(let layer):
            "the teacher's \(layer) is no number on these pictures"
        case .diverged(let step):
            "the loss or its gradient is no number after \(step) steps; take a smaller learning rate"
        case .otherTeacher: "it is of a distillation from another teacher"
        }
    }
}
