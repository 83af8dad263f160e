import Imaging
import StyleTransfer

/// The picture so far, written beside the output every few steps.
struct Preview {
    private var path: String?
    private var interval: Int
    private var lastStep = 0

    /// No preview when either is `nil`.
    init(every interval: Int?, path: String?) {
        self.path = interval == nil ? nil : path
        self.interval = interval ?? 1
    }

    mutating func update(_ progress: Stylizer.Progress, _ reporter: Reporter, _ interrupts: Interrupts) {
        guard let path, progress.step >= lastStep + interval else { return }
        lastStep = progress.step
        do {
            let bytes = try PictureFile.encode(progress.picture(), as: .png())
            try interrupts.whileWriting { try OutputFile.write(bytes, to: path, replacing: true) }
        } catch {
            // The result matters more than a look at it.
            reporter.note("Note: the preview \(path) cannot be written, so there will be none.")
            self.path = nil
        }
    }
}
