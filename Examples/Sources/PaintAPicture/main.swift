// swift run --package-path Examples PaintAPicture images/content/bust.jpg images/style/mosaic.png painted.png
import FeatureNetwork
import Files
import LearnedOptimization
import StyleTransfer

let paths = CommandLine.arguments.dropFirst()
guard paths.count == 3 else { fatalError("usage: PaintAPicture <content> <style> <output.png>") }
let (content, style) = (try PictureFile.read(paths[1]), try PictureFile.read(paths[2]))

var settings = Stylizer.Settings()
settings.size = 256
settings.optimizer = .learned(.builtIn)
let stylizer = try Stylizer(network: .builtIn, settings: settings)

let painting = try stylizer.stylize(content, styles: [.init(style)]) { progress in
    print("step \(progress.step) of \(progress.stepCount): loss \(progress.loss)")
    return .carryOn
}
try PictureFile.write(painting.picture, to: paths[3], replacing: true)
