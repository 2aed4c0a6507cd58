/// The members of a JSON object in the order they were sent; a repeated key keeps its first place and last value.
///
/// Keys are compared byte for byte, as JSON has it: `String`'s own equality would take two spellings of one accented
/// letter for the same key.
public struct JSONObject: Equatable, Sendable {
    /// Keys and values in order.
    public private(set) var members: [(key: String, value: JSON)] = []
    /// Where each key stands, kept only once the object is too large to look through.
    private var positions: [Spelling: Int] = [:]

    /// Up to this many members, looking through them is quicker than hashing.
    private static let searchLimit = 16

    /// A key, compared by its bytes.
    private struct Spelling: Hashable {
        let text: String

        static func == (left: Spelling, right: Spelling) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }

    /// An object without members.
    public init() {}

    /// An object of these members; the last of a repeated key wins.
    public init(_ members: [(String, JSON)]) {
        self.members.reserveCapacity(members.count)
        for (key, value) in members { self[key] = value }
    }

    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }

    /// The value of a key. Setting replaces it in place or adds it at the end, setting nil takes the member out.
    public subscript(_ key: String) -> JSON? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): remove(at: position)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Equal when they hold the same values under the same keys; order says nothing in JSON.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }

    private func position(of key: String) -> Int? {
        if members.count > Self.searchLimit { return positions[Spelling(text: key)] }
        return members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
    }

    private mutating func append(_ key: String, _ value: JSON) {
        members.append((key, value))
        if members.count > Self.searchLimit + 1 {
            positions[Spelling(text: key)] = members.count - 1
        } else if members.count > Self.searchLimit {
            index()
        }
    }

    private mutating func remove(at position: Int) {
        members.remove(at: position)
        index()
    }

    private mutating func index() {
        positions.removeAll()
        guard members.count > Self.searchLimit else { return }
        for (position, member) in members.enumerated() { positions[Spelling(text: member.key)] = position }
    }
}
