import CPostgres

/// What PostgreSQL's error codes mean to a caller (appendix A of its manual).
enum PostgresFailure {
    /// The kind of an error by its SQLSTATE.
    static func kind(_ code: String) -> StoreError.Kind {
        switch code {
        case "40001", "40P01": .conflict
        case "57014": .timeout
        // Text that no column takes; what clients send is checked long before.
        case "22021": .constraint
        case "53300": .crowded
        // A statement prepared before another version changed the tables: it is prepared anew on a new connection.
        case "0A000": .unavailable
        // The server was demoted.
        case "25006", "25P03", "25P04": .unavailable
        default:
            switch code.prefix(2) {
            case "23": .constraint
            case "08", "53", "55", "57", "58": .unavailable
            default: .defect
            }
        }
    }

    /// Whether nothing more is to be had from a connection that answered this.
    static func endsConnection(_ code: String) -> Bool {
        switch code {
        case "0A000", "25006", "25P03", "25P04", "57P01", "57P02", "57P03", "57P05": true
        default: code.hasPrefix("08")
        }
    }

    /// The SQLSTATE of a result; empty when libpq itself made it, because the connection broke.
    static func code(_ result: OpaquePointer?) -> String { field(result, "C") }

    /// Whether the server said so in the middle of a session that goes on. Anything else ended the session.
    static func isOrdinaryError(_ result: OpaquePointer?) -> Bool { field(result, "V") == "ERROR" }

    /// What the server said, for the log; the details with the values of other rows are left out.
    static func message(_ result: OpaquePointer?) -> String {
        let message = field(result, "M")
        return message.isEmpty ? OneLine.of(String(cString: PQresultErrorMessage(result))) : message
    }

    private static func field(_ result: OpaquePointer?, _ letter: Character) -> String {
        guard let letter = letter.asciiValue, let text = PQresultErrorField(result, Int32(letter)) else { return "" }
        return String(cString: text)
    }
}
