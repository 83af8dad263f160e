import FeatureNetwork
import Files
import Imaging

let picture = try PictureFile.read("photo.jpg")
let extractor = FeatureExtractor(
    .builtIn, width: picture.width, height: picture.height, taps: ["relu3_1"], for: .activations)
extractor.forward(picture.pixels)
let activations = extractor.activations(of: "relu3_1")
print(activations.channels, activations.height, activations.width, activations[0, 0, 0])
