import FeatureNetwork
import FeatureTraining
import Files
import Imaging
import Safetensors

let pictures = try ["a.jpg", "b.jpg", "c.jpg"].map { try PictureFile.read($0) }
var crops = CropSampler()
_ = crops.add(pictures.count) { pictures[$0] }

var settings = Distiller.Settings()
settings.steps = 100
let teacher = try FeatureNetwork(SafetensorsFile(path: "vgg19.safetensors"))
var distiller = try Distiller(random: settings, teacher: teacher)
while distiller.step < settings.steps {
    let losses = try distiller.step(on: crops)
    print(distiller.step, losses.mean)
}
try distiller.folded(pictures: pictures).write(path: "features.safetensors")
