import Foundation
import Imaging

let picture = try Picture(contentsOf: "photo.jpg")
let small = picture.resized(width: picture.width / 2, height: picture.height / 2)
let bytes = try small.encoded(as: .png(depth: .sixteen), text: ["Comment": "half the size"])
try Data(bytes).write(to: URL(filePath: "small.png"))
