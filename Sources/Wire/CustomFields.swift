/// The fields an account added to a record: ids and any JSON (docs/protocol/data-types.md#output).
public struct CustomFields: Equatable, Sendable {
    /// How many entries one input may have.
    public static let maximumCount = 100
    /// How many bytes an id may have.
    public static let maximumIDLength = 128

    /// The fields in the order they were first sent.
    public var entries: [(id: String, value: JSON)] = []

    /// No fields.
    public init() {}

    /// Reads an array of `{"id": string, "value": any}`; nil unless it is one, with at most 100 entries and with ids
    /// that are all different, not empty and at most 128 bytes long.
    ///
    /// A null value is kept, as it tells `merging(_:)` to take the field out.
    public init?(json: JSON) {
        guard case .array(let elements) = json, elements.count <= Self.maximumCount else { return nil }
        for element in elements {
            guard case .object(let object) = element, let id = object["id"]?.text, let value = object["value"],
                (1...Self.maximumIDLength).contains(id.utf8.count), position(of: id) == nil
            else { return nil }
            entries.append((id, value))
        }
    }

    /// These fields with newer ones laid over them: ids listed there are replaced, the others stay, and a null value
    /// takes a field out.
    ///
    /// The result may have more than `maximumCount` entries, being the sum of two inputs.
    public func merging(_ newer: CustomFields) -> CustomFields {
        var merged = self
        for (id, value) in newer.entries {
            let position = merged.position(of: id)
            switch (position, value) {
            case (let position?, .null): merged.entries.remove(at: position)
            case (let position?, _): merged.entries[position].value = value
            case (nil, .null): break
            case (nil, _): merged.entries.append((id, value))
            }
        }
        return merged
    }

    /// The array of hashes they are written as.
    public var json: JSON {
        .array(entries.map { ["id": .string($0.id), "value": $0.value] })
    }

    /// Equal when they list the same values under the same ids in the same order.
    public static func == (left: CustomFields, right: CustomFields) -> Bool {
        left.entries.elementsEqual(right.entries, by: ==)
    }

    private func position(of id: String) -> Int? { entries.firstIndex { $0.id.utf8.elementsEqual(id.utf8) } }
}
