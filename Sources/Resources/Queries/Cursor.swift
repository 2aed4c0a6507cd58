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
        guard ConstantTime.areEqual(bytes.prefix(Self.signatureLength), signature(body)),
            case .array(let items)? = try? JSON.parse(body), case .integer(let list)? = items.first
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
