/// Why a network cannot be distilled.
public enum DistillerError: Error, Equatable, CustomStringConvertible {
    case noSuchLayer(String, teacher: [String])
    case otherSize(String)
    case diverged(step: Int)
    case notACheckpoint
    case unknownVersion(String)
    case otherTeacher

    public var description: String {
        switch self {
        case .noSuchLayer(let name, let teacher):
            "the teacher has no \(name) for the student's; it has \(teacher.joined(separator: ", "))"
        case .otherSize(let name):
            "the teacher's \(name) is of another size than the student's; the pools must stand at the same places"
        case .diverged(let step):
            "the loss or its gradient is no number after \(step) steps; take a smaller learning rate"
        case .notACheckpoint: "it is no checkpoint of a distillation"
        case .unknownVersion(let version):
            "it is a checkpoint of version \(version), which this program does not know"
        case .otherTeacher: "it is of a distillation from another teacher"
        }
    }
}
