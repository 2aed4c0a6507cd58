import Store

/// A condition on the rows of a list, as a resource's predefined filters state it. The record's table is called `t`.
public struct Condition: Sendable, ExpressibleByStringInterpolation {
    /// What a placeholder stands for.
    public enum Operand: Sendable {
        case value(SQLValue)
        /// The id of the person who looks.
        case viewer
        /// The account the call works in.
        case account
    }

    /// The text, one `?` for every operand.
    let text: String
    let operands: [Operand]

    public init(stringLiteral value: String) {
        text = value
        operands = []
    }

    public init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        operands = stringInterpolation.operands
    }

    /// The condition for someone who looks.
    func sql(for perspective: Perspective) -> SQL {
        SQL(
            text: text,
            values: operands.map { operand in
                switch operand {
                case .value(let value): value
                case .viewer: .integer(perspective.person)
                case .account: .integer(perspective.account)
                }
            })
    }

    /// Collects text and operands.
    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var operands: [Operand] = []

        public init(literalCapacity: Int, interpolationCount: Int) {}
        public mutating func appendLiteral(_ literal: String) { text += literal }
        public mutating func appendInterpolation(_ operand: Operand) {
            text += "?"
            operands.append(operand)
        }
        /// The code stands in the text: only then an engine sees that a partial index holds all the rows.
        public mutating func appendInterpolation(_ value: some WireEnum) {
            text += String(value.rawValue)
        }
        public mutating func appendInterpolation(_ value: some SQLBindable) {
            appendInterpolation(.value(value.sqlValue))
        }
    }
}
