import Foundation
import Wire

/// The parameters of a header such as `form-data; name="file"; filename=a.txt`.
struct HeaderParameters {
    private let values: [String: String]

    init(_ header: String) {
        var values: [String: String] = [:]
        var rest = header.unicodeScalars[...]
        rest = rest.drop { $0 != ";" }
        while rest.first == ";" {
            rest = rest.dropFirst().drop { $0.properties.isWhitespace }
            let name = rest.prefix { $0 != "=" && $0 != ";" }
            rest = rest.dropFirst(name.count)
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst()
            guard let value = Self.value(&rest) else { continue }
            let key = String(name).trimmingCharacters(in: .whitespaces).lowercased()
            if values[key] == nil { values[key] = value }
            rest = rest.drop { $0 != ";" }
        }
        self.values = values
    }

    /// A token, or what stands between quotes. A backslash escapes a quote only: clients send paths of Windows
    /// as they are. Nil when the second quote is missing.
    private static func value(_ rest: inout Substring.UnicodeScalarView) -> String? {
        var value = String.UnicodeScalarView()
        guard rest.first == "\"" else {
            let token = rest.prefix { $0 != ";" }
            rest = rest.dropFirst(token.count)
            return String(token).trimmingCharacters(in: .whitespaces)
        }
        rest = rest.dropFirst()
        while let scalar = rest.first, scalar != "\"" {
            rest = rest.dropFirst()
            if scalar == "\\", let next = rest.first, next == "\"", rest.dropFirst().contains("\"") {
                value.append(next)
                rest = rest.dropFirst()
            } else {
                value.append(scalar)
            }
        }
        return rest.first == nil ? nil : String(value)
    }

    /// The value of a parameter, by its name in lower case.
    subscript(name: String) -> String? { values[name] }

    /// The value of the form `name*=UTF-8''percent-encoded` (RFC 8187), which some clients send beside the plain one.
    func extended(_ name: String) -> String? {
        guard let value = values[name + "*"] else { return nil }
        let parts = value.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return PercentEncoding.decode(parts[2].utf8, plusIsSpace: false)
    }
}
