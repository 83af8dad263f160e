import Foundation

/// Where a command writes: `output` is for scripts, `error` for people.
public enum StandardStream {
    case output
    case error

    private var handle: FileHandle {
        switch self {
        case .output: .standardOutput
        case .error: .standardError
        }
    }

    public var isTerminal: Bool { isatty(handle.fileDescriptor) == 1 }

    /// Columns of the terminal, as it is now.
    public var width: Int {
        var size = winsize()
        guard ioctl(handle.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    public func write(_ bytes: some DataProtocol) throws {
        try handle.write(contentsOf: Data(bytes))
    }

    public func write(_ text: String) throws {
        try write(Data(text.utf8))
    }
}
