/// Values by key, of which those not used lately are forgotten. The `capacity` keys used last are always known, and
/// never more than twice as many.
///
/// There are two generations: what is used moves into the young one, and once that is full it becomes the old one,
/// whose values nobody used meanwhile are forgotten together. So every call costs the same on average, however much is
/// known.
struct RecentlyUsed<Key: Hashable, Value> {
    private let capacity: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// - Parameter capacity: how many keys are known at least, if so many were used; above zero.
    init(capacity: Int) { self.capacity = capacity }

    /// The value of a key, which is thereby used; nil when none is known.
    mutating func value(of key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        keep(value, for: key)
        return value
    }

    /// Keeps a value, in place of an earlier one of the same key.
    mutating func keep(_ value: Value, for key: Key) {
        if young.count >= capacity, young[key] == nil {
            old = young
            young = [:]
        }
        young[key] = value
    }

    mutating func removeAll() {
        young = [:]
        old = [:]
    }
}
