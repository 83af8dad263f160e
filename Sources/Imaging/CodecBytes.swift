import CImageCodecs
import Foundation

extension CodecBytes {
    /// A copy, to be freed; none of nothing.
    init(copying array: [UInt8]?) {
        guard let array, !array.isEmpty, let copy = malloc(array.count) else {
            self.init()
            return
        }
        copy.copyMemory(from: array, byteCount: array.count)
        self.init(bytes: copy.assumingMemoryBound(to: UInt8.self), size: array.count)
    }

    var array: [UInt8]? { bytes.map { Array(UnsafeBufferPointer(start: $0, count: size)) } }
}
