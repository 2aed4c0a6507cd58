import Crypto
import Store
import Wire

/// A place in a list: the sort values of a row and the list they belong to.
struct Cursor: Sendable, Equatable {
    /// A hash of the list's shape and values; a cursor of one list is refused by another.
    let list: UInt64
    /// The value of each key of the order, the id last.
    let values: [SQLValue]
    /// The list's query, where it is too long to stand in links.
    var query: CarriedQuery?
}

/// The key that cursors are signed with, so that what comes back is what was given out.
public struct CursorKey: Sendable {
    private let key: SymmetricKey
    private static let signatureLength = 12

    public init(secret: [UInt8]) { key = SymmetricKey(data: secret) }

    /// The cursor as it stands in a link: letters, digits, `-` and `_` only.
    func seal(_ cursor: Cursor) -> String {
        var body = JSONBuffer(capacity: 128)
        body.append("[")
        body.append(integer: Int64(bitPattern: cursor.list))
        for value in cursor.values {
            body.append(UInt8(ascii: ","))
            switch value {
            case .null: body.appendNull()
            case .integer(let integer): body.append(integer: integer)
            case .text(let text): body.append(string: text)
            }
        }
        if let query = cursor.query {
            body.append(",")
            body.append(query.json.bytes)
        }
        body.append("]")
        let bytes = body.bytes
        return Base64URL.encode(signature(bytes) + bytes)
    }

    /// The cursor again.
    /// - Throws: `Refusal.malformed` when it was not given out by this server.
    func open(_ text: String, parameter: String) throws -> Cursor {
        let refusal = Refusal.malformed("Parameter '\(parameter)' is not a cursor of this list")
        guard let bytes = Base64URL.decode(text), bytes.count > Self.signatureLength else { throw refusal }
        let body = Array(bytes.dropFirst(Self.signatureLength))
        // Constant-time comparison is not needed for hiding anything, but costs nothing.
        var difference: UInt8 = 0
        for (left, right) in zip(bytes, signature(body)) { difference |= left ^ right }
        guard difference == 0, case .array(let items)? = try? JSON.parse(body), case .integer(let list)? = items.first
        else { throw refusal }
        var values: [SQLValue] = []
        var query: CarriedQuery?
        for item in items.dropFirst() {
            switch item {
            case .null: values.append(.null)
            case .integer(let integer): values.append(.integer(integer))
            case .string(let text): values.append(.text(text))
            case .array: query = CarriedQuery(json: item)
            default: throw refusal
            }
        }
        return Cursor(list: UInt64(bitPattern: list), values: values, query: query)
    }

    private func signature(_ bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key).prefix(Self.signatureLength))
    }
}

/// Base64 in the alphabet that needs no escaping in a URL, without padding (RFC 4648, section 5).
enum Base64URL {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    static func encode(_ bytes: [UInt8]) -> String {
        let length = (bytes.count * 4 + 2) / 3
        return String(unsafeUninitializedCapacity: length) { text in
            var place = 0
            var bits: UInt32 = 0
            var count: UInt32 = 0
            for byte in bytes {
                bits = bits << 8 | UInt32(byte)
                count += 8
                while count >= 6 {
                    count -= 6
                    text[place] = digits[Int(bits >> count & 63)]
                    place += 1
                }
            }
            if count > 0 {
                text[place] = digits[Int(bits << (6 - count) & 63)]
                place += 1
            }
            return place
        }
    }

    /// The bytes, or nil for any text that `encode` would not have made.
    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 3 / 4)
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for digit in text.utf8 {
            let value = values[Int(digit)]
            guard value != 0xFF else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        // What is left over must be padding of zero bits, or two texts would mean the same bytes.
        guard count < 6, bits & (1 << count - 1) == 0 else { return nil }
        return bytes
    }
}
