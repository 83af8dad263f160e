import Foundation

/// A file as the Python library (safetensors 0.8.0, torch) writes it, 400 bytes:
///
///     safetensors.torch.save({
///         "weight": torch.tensor([[1.0, -2.5, 3.140625], [0.1, 1e-40, float("inf")]]),
///         "half": torch.tensor([0.1, 65504.0, 6e-8, -0.0], dtype=torch.float16),
///         "brain": torch.tensor([[0.1], [3e38]], dtype=torch.bfloat16),
///         "scalar": torch.tensor(7.0),
///         "empty": torch.zeros(0, 3),
///     }, metadata={"note": 'a "quoted" \\ é/\n'})
let pythonFile = [UInt8](
    Data(
        base64Encoded: """
            YAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJub3RlIjoiYSBcInF1b3RlZFwiIFxcIMOpL1xuIn0sImVtcHR5Ijp7ImR0eXBlIjoi\
            RjMyIiwic2hhcGUiOlswLDNdLCJkYXRhX29mZnNldHMiOlswLDBdfSwic2NhbGFyIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOltd\
            LCJkYXRhX29mZnNldHMiOlswLDRdfSwid2VpZ2h0Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMi\
            Ols0LDI4XX0sImJyYWluIjp7ImR0eXBlIjoiQkYxNiIsInNoYXBlIjpbMiwxXSwiZGF0YV9vZmZzZXRzIjpbMjgsMzJdfSwiaGFs\
            ZiI6eyJkdHlwZSI6IkYxNiIsInNoYXBlIjpbNF0sImRhdGFfb2Zmc2V0cyI6WzMyLDQwXX19ICAgICAgAADgQAAAgD8AACDAAABJ\
            QM3MzD3CFgEAAACAf809Yn9mLv97AQAAgA==
            """)!)

/// A file with the given header and that many bytes of data.
func file(header: String, dataLength: Int = 0) -> [UInt8] {
    file(header: Array(header.utf8), dataLength: dataLength)
}

func file(header: [UInt8], dataLength: Int = 0) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
        + [UInt8](repeating: 0, count: dataLength)
}
