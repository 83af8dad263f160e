import FeatureNetwork
import Files
import LearnedOptimization
import StyleTransfer

var settings = Stylizer.Settings()
settings.size = 512
settings.optimizer = .learned(.builtIn)
settings.objective.contentWeight = 0.2

let stylizer = try Stylizer(network: .builtIn, settings: settings)
let content = try PictureFile.read("photo.jpg")
let style = try PictureFile.read("waves.png")
let painting = try stylizer.stylize(content, styles: [.init(style)]) { progress in
    progress.loss < 0.5 ? .stop : .carryOn
}
print(painting.steps, painting.loss)
