import Safetensors

var file = try SafetensorsFile(path: "features.safetensors")
print(file.metadata["architecture"] ?? "", file["conv1_1.weight"]?.shape ?? [])
file["mean"] = .init(shape: [3], values: [0.48, 0.46, 0.41], dataType: .float16)
try file.write(path: "features.safetensors")
