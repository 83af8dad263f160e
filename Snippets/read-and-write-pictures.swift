import Files
import Imaging

let picture = try PictureFile.read("photo.jpg")
let small = picture.resized(width: picture.width / 2, height: picture.height / 2)
let bytes = try small.encoded(as: .png(depth: .sixteen), text: ["Comment": "half the size"])
try OutputFile.write(bytes, to: "small.png", replacing: false)
