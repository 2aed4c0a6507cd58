/// An enumeration of the protocol as our code sees it. The raw value is what is stored: a small integer in life cycle
/// order, so that sorting by it is sorting by progress.
public protocol WireEnum: RawRepresentable<Int64>, CaseIterable, Sendable {}

extension WireEnum {
    /// The value's name on the wire: the case's own name in snake case.
    public var wireName: String { Enumeration.snakeCase(String(describing: self)) }
}

/// An enumeration as the schema sees it: names and stored codes in order.
public struct Enumeration: Sendable {
    /// The names on the wire.
    public let names: [String]
    /// The stored code of each name.
    public let codes: [Int64]
    private let codesByName: [String: Int64]
    private let oldNames: [String: Int64]

    /// The enumeration of a Swift enum, whose raw values are above zero.
    /// - Parameter oldNames: names that filters still take, and what they mean now.
    public init<Value: WireEnum>(_ type: Value.Type, oldNames: [String: Value] = [:]) {
        self.oldNames = oldNames.mapValues(\.rawValue)
        names = Value.allCases.map(\.wireName)
        codes = Value.allCases.map(\.rawValue)
        // Null reads as 0, so a value of that code could not be told from none. Enumerations are made from our own
        // source, never from input, and before the first call is served: one that breaks this is found at the start.
        precondition(codes.allSatisfy { $0 > 0 }, "\(type) has a raw value that is not above zero")
        codesByName = Dictionary(zip(names, codes), uniquingKeysWith: { first, _ in first })
    }

    /// The stored code of a name, or nil.
    public func code(of name: String) -> Int64? { codesByName[name] }

    /// The stored code that a filter by a name means, or nil.
    func filterCode(of name: String) -> Int64? { code(of: name) ?? oldNames[name] }

    /// The name of a stored code, or nil.
    public func name(of code: Int64) -> String? { codes.firstIndex(of: code).map { names[$0] } }

    static func snakeCase(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            if scalar.properties.isUppercase {
                result += "_" + scalar.properties.lowercaseMapping
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
