import Synchronization

/// The values that were asked for last, each made once, whoever asks first; the others wait for it.
public final class SharedCache<Key: Equatable & Sendable, Value: Sendable>: Sendable {
    private final class Place: Sendable {
        let value = Mutex<Value?>(nil)
    }

    /// The last used at the end.
    private let places = Mutex<[(key: Key, place: Place)]>([])
    private let capacity: Int

    /// - Parameter capacity: how many values are kept.
    public init(capacity: Int) { self.capacity = capacity }

    /// - Parameter make: what it throws is thrown, and whoever asks next makes the value.
    public func value(for key: Key, make: () throws -> Value) throws -> Value {
        let place = places.withLock { places in
            let known = places.firstIndex { $0.key == key }.map { places.remove(at: $0).place }
            let place = known ?? Place()
            places.append((key, place))
            if places.count > capacity { places.removeFirst() }
            return place
        }
        return try place.value.withLock { value in
            let made = try value ?? make()
            value = made
            return made
        }
    }
}
