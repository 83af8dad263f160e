import ArgumentParser
import FeatureNetwork
import Foundation
import Imaging
import StyleTransfer

/// One picture's way from files to a file: read, stylize, write.
struct Transfer {
    var content: String
    var styles: [String]
    /// Each style's share of the whole.
    var shares: [Float]
    /// Where to paint at all.
    var mask: String?
    /// Where to paint in each of the styles; none when they are blended.
    var styleMasks: [String]
    var start: StartingPoint
    var objective: ObjectiveOptions
    var optimization: OptimizerOptions
    /// All settings but the start, the optimizer and the layers that suit the network, which are read later.
    var settings: Stylizer.Settings
    var destination: Destination
    /// Larger pictures are refused.
    var maximumPixels: Int
    var previewEvery: Int?
    /// What the output takes over, and whether it may replace a file.
    var resultOptions: ResultOptions
    /// The command line that repeats the picture, stored in it.
    var record: String

    /// Settles everything that can be settled without reading a picture.
    init(_ command: Stylize) throws {
        let pictures = command.pictures
        guard let content = pictures.content else {
            throw ValidationError("Name the picture to paint with --content.")
        }
        try require(!pictures.style.isEmpty, "Name a picture to paint it in the style of with --style.")
        self.content = content
        styles = pictures.style
        shares = pictures.styleBlend?.numbers ?? styles.map { _ in 1 }
        mask = pictures.mask
        styleMasks = pictures.styleMask
        start = command.look.start
        objective = command.objective
        optimization = command.optimization
        settings = Stylizer.Settings()
        settings.size = command.result.size
        command.look.apply(to: &settings)
        command.running.apply(to: &settings)
        command.objective.apply(to: &settings)
        command.optimization.apply(to: &settings)

        previewEvery = command.running.previewEvery
        destination = try Destination(
            output: pictures.output, content: content, styles: styles, result: command.result,
            hasPreview: previewEvery != nil)
        maximumPixels = command.result.reading.maxPixels
        resultOptions = command.result
        record = (["stylize"] + command.recorded).joined(separator: " ")
        if destination.place == .standardOutput {
            try require(!command.running.json, "--json and the picture cannot share standard output; name a file.")
            try require(previewEvery == nil, "--preview-every writes beside the output; name a file with --output.")
        }
    }

    var inputs: [String] {
        var inputs =
            [content] + styles + styleMasks
            + [mask, objective.network.features, optimization.optimizerWeights].compactMap(\.self)
        if case .file(let path) = start { inputs.append(path) }
        return inputs
    }

    var title: String { paintingTitle(content: content, styles: styles) }

    func run(reporter: Reporter, interrupts: Interrupts) throws -> Summary {
        let began = ContinuousClock.now
        let decode = { (path: String) in
            let decoded = try PictureFile.readWithMetadata(path, maximumPixels: maximumPixels)
            reporter.detail("\(path) is \(decoded.picture.width)x\(decoded.picture.height)")
            return decoded
        }
        let read = { (path: String) in try decode(path).picture }
        let decoded = try decode(content)
        let contentPicture = decoded.picture
        let stylePictures = try zip(styles, shares).map { Stylizer.Style(try read($0), weight: $1) }
        let masks = try styleMasks.map { try read($0).mask }
        let wholeMask = try mask.map { try read($0).mask }
        let stylizer = try makeStylizer(reporter, read: read)
        reporter.detail("read everything in \(began.duration(to: .now).short)")
        noteEnlarging(contentPicture, reporter)
        try PictureFile.requireRoom(
            stylizer.outputSize(for: contentPicture), in: destination.format, at: destination.name)
        guard !interrupts.wantsStop else {
            throw Failure(.interrupted, "stopped before the first step; nothing was written.")
        }

        var preview = Preview(every: previewEvery, path: destination.preview)
        reporter.begin()
        let result = try usageErrors {
            defer { reporter.end() }
            return try RegionPainting(stylizer: stylizer, mask: wholeMask, styleMasks: masks)
                .paint(contentPicture, stylePictures) { progress in
                    reporter.progress(progress)
                    preview.update(progress, reporter, interrupts)
                    return interrupts.wantsStop ? .stop : .carryOn
                }
        }
        guard result.loss.isFinite else {
            throw Failure(.unmade, "\(content) cannot be painted: the steps go astray; try a smaller --learning-rate.")
        }

        let picture = result.picture
        // A shell takes what follows # for a comment, so the record can still be pasted.
        let record =
            ([record] + optimization.recordedChoice(stylizer.settings.optimizer)
            + (result.wasStopped ? ["# stopped after \(result.steps.counted("step"))"] : [])).joined(separator: " ")
        try write(picture, metadata: resultOptions.kept(of: decoded.metadata), record: record, interrupts)
        return Summary(
            output: destination.name, width: picture.width, height: picture.height,
            seconds: (began.duration(to: .now) / .milliseconds(1)).rounded() / 1000, steps: result.steps,
            loss: result.loss, seed: settings.seed, stopped: result.wasStopped)
    }

    private func makeStylizer(_ reporter: Reporter, read: (String) throws -> Picture) throws -> Stylizer {
        var settings = settings
        settings.start =
            switch start {
            case .content: .content
            case .noise: .noise
            case .file(let path): .picture(try read(path))
            }
        let network = try objective.network.network()
        objective.applyLayers(to: &settings, of: network)
        settings.optimizer = try optimization.optimizer(for: network, reporter)
        return try usageErrors { try Stylizer(network: network, settings: settings) }
    }

    private func noteEnlarging(_ picture: Picture, _ reporter: Reporter) {
        let longest = max(picture.width, picture.height)
        if let size = settings.size, size > longest {
            reporter.note("Note: --size \(size) enlarges \(content), whose longest edge is \(longest).")
        }
    }

    private func write(
        _ picture: Picture, metadata: PictureMetadata, record: String, _ interrupts: Interrupts
    ) throws {
        let bytes = try PictureFile.encode(picture, as: destination.format, metadata: metadata, record: record)
        try interrupts.whileWriting {
            switch destination.place {
            case .file(let path): try OutputFile.write(bytes, to: path, replacing: resultOptions.force)
            case .standardOutput:
                do {
                    try StandardStream.output.write(bytes)
                } catch {
                    throw Failure(.output, "standard output cannot be written; is the disk full?")
                }
            }
        }
    }
}

/// What the library has against the settings, somebody asked for on the command line.
func usageErrors<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as StyleTransferError {
        throw ValidationError("\(error).")
    }
}
