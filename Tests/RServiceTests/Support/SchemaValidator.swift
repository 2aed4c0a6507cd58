import Wire

/// The part of JSON Schema that the server's document uses.
struct SchemaValidator {
    let root: JSON

    /// What is wrong with a value, each with its place.
    func complaints(_ value: JSON, _ schema: JSON, at place: String) -> [String] {
        if let name = schema["$ref"]?.text {
            guard let target = resolve(name) else { return ["\(place): \(name) is not in the document"] }
            return complaints(value, target, at: place)
        }
        if let choices = schema["anyOf"]?.items {
            let results = choices.map { complaints(value, $0, at: place) }
            return results.contains([]) ? [] : ["\(place): fits none of \(results)"]
        }
        var found: [String] = []
        if let allowed = schema["enum"]?.items, !allowed.contains(value) {
            found.append("\(place): \(value.compact) is not in the enumeration")
        }
        if let type = schema["type"] {
            let types = type.text.map { [$0] } ?? type.items.compactMap(\.text)
            if !types.contains(where: { Self.isOf($0, value) }) {
                found.append("\(place): \(value.compact.prefix(80)) is not of type \(type.compact)")
            }
        }
        if schema["format"] == "date-time", let text = value.text, Timestamp(text, zone: .utc) == nil {
            found.append("\(place): \(text) is not a time")
        }
        found += members(value, schema, at: place)
        if let items = schema["items"] {
            for (index, item) in value.items.enumerated() { found += complaints(item, items, at: "\(place)[\(index)]") }
        }
        return found
    }

    private func members(_ value: JSON, _ schema: JSON, at place: String) -> [String] {
        guard case .object(let object) = value else { return [] }
        var found: [String] = []
        for name in schema["required"]?.items.compactMap(\.text) ?? [] where object[name] == nil {
            found.append("\(place): \(name) is missing")
        }
        for (key, member) in object.members {
            if let property = schema["properties"]?[key] {
                found += complaints(member, property, at: "\(place).\(key)")
            } else if schema["additionalProperties"] == false {
                found.append("\(place): \(key) is not described")
            }
        }
        return found
    }

    private func resolve(_ name: String) -> JSON? {
        name.split(separator: "/").dropFirst().reduce(Optional(root)) { $0?[String($1)] }
    }

    private static func isOf(_ type: String, _ value: JSON) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer), ("number", .number),
            ("string", .string), ("array", .array), ("object", .object):
            true
        default: false
        }
    }
}
