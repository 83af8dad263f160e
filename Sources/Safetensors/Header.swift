import Foundation

/// The JSON header of a safetensors file, as it stands there: read strictly, but not yet held against the data.
struct Header {
    struct Entry {
        var dataType: DataType
        var shape: [Int]
        /// The first byte and the one after the last, counted from the start of the data.
        var offsets: [Int]
    }

    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]

    static let metadataKey = "__metadata__"

    init(json: ArraySlice<UInt8>) throws(SafetensorsError) {
        guard String(validating: json, as: UTF8.self) != nil else { throw .headerNotUTF8 }
        // A zero byte is no JSON, but would make the decoder take the text for UTF-16.
        guard json.first == UInt8(ascii: "{"), !json.contains(0) else { throw .headerNotJSONObject }
        do {
            self = try JSONDecoder().decode(Header.self, from: Data(json))
        } catch let error as SafetensorsError {
            throw error
        } catch {
            throw .headerNotJSONObject
        }
        // The decoder keeps one of several entries with the same name.
        var seen: Set<String> = []
        for name in Header.topLevelNames(ofValidJSON: json) where !seen.insert(name).inserted {
            throw .duplicateName(name)
        }
    }

    /// The names of the outermost object's entries in order, repeated ones included.
    private static func topLevelNames(ofValidJSON json: ArraySlice<UInt8>) -> [String] {
        var names: [String] = []
        var depth = 0
        var lastString = json.startIndex..<json.startIndex
        var index = json.startIndex
        while index < json.endIndex {
            switch json[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                let start = index
                index += 1
                while index < json.endIndex, json[index] != UInt8(ascii: "\"") {
                    index += json[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                lastString = start..<min(index + 1, json.endIndex)
            case UInt8(ascii: ":") where depth == 1:
                // A string is itself JSON, so that the decoder resolves its escapes.
                let name = try? JSONDecoder().decode(String.self, from: Data(json[lastString]))
                if let name { names.append(name) }
            default: break
            }
            index += 1
        }
        return names
    }
}

extension Header: Decodable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let header = try decoder.container(keyedBy: Key.self)
        for key in header.allKeys {
            let name = key.stringValue
            if name == Header.metadataKey {
                guard let metadata = try? header.decode([String: String].self, forKey: key) else {
                    throw SafetensorsError.metadataNotStrings
                }
                self.metadata = metadata
                continue
            }
            let entry = try header.nestedContainer(keyedBy: Key.self, forKey: key)
            func value<Value: Decodable>(_ type: Value.Type, _ key: String) throws(SafetensorsError) -> Value {
                guard entry.contains(Key(stringValue: key)) else { throw .missingKey(key, tensor: name) }
                guard let value = try? entry.decode(type, forKey: Key(stringValue: key)) else {
                    throw .malformedValue(key: key, tensor: name)
                }
                return value
            }
            let typeName = try value(String.self, "dtype")
            guard let dataType = DataType(rawValue: typeName) else {
                throw SafetensorsError.unsupportedDataType(typeName, tensor: name)
            }
            let shape = try value([Int].self, "shape")
            let offsets = try value([Int].self, "data_offsets")
            entries[name] = Entry(dataType: dataType, shape: shape, offsets: offsets)
        }
    }
}
