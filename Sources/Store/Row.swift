import CPostgres
import CSQLite
import Wire

/// The row a statement stands on. It is valid only inside the closure that received it.
///
/// It is a window onto what the engine holds, so that nothing is copied on the way to the wire. The one branch between
/// the engines is the same for all columns of a page, which a processor guesses right.
public struct Row: ~Copyable {
    /// A stepped statement of the embedded engine, or a result of PostgreSQL.
    @usableFromInline let rows: OpaquePointer
    /// The number of the row within a result; negative for the embedded engine, which stands on one row at a time.
    @usableFromInline let number: Int32

    init(steppedStatement: OpaquePointer) {
        rows = steppedStatement
        number = -1
    }

    init(result: OpaquePointer, number: Int32) {
        rows = result
        self.number = number
    }

    /// Whether the column is null.
    @inlinable
    public func isNull(_ column: Int32) -> Bool {
        number < 0 ? sqlite3_column_type(rows, column) == SQLITE_NULL : PQgetisnull(rows, number, column) == 1
    }

    /// The integer in a column; 0 when it is null.
    @inlinable
    public func integer(_ column: Int32) -> Int64 {
        number < 0 ? sqlite3_column_int64(rows, column) : postgresInteger(column)
    }

    /// PostgreSQL sends integers, and the booleans of its own expressions, as their bytes in network order.
    @usableFromInline
    func postgresInteger(_ column: Int32) -> Int64 {
        guard let start = UnsafeRawPointer(PQgetvalue(rows, number, column)) else { return 0 }
        return switch PQgetlength(rows, number, column) {
        case 8: Int64(bigEndian: start.loadUnaligned(as: Int64.self))
        case 4: Int64(Int32(bigEndian: start.loadUnaligned(as: Int32.self)))
        case 2: Int64(Int16(bigEndian: start.loadUnaligned(as: Int16.self)))
        case 1: Int64(start.load(as: UInt8.self))
        default: 0
        }
    }

    /// The integer in a column, or nil.
    @inlinable
    public func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    /// Whether the column holds 1.
    public func flag(_ column: Int32) -> Bool { integer(column) == 1 }

    /// The time in a column; the epoch when it is null.
    public func timestamp(_ column: Int32) -> Timestamp { Timestamp(microseconds: integer(column)) }

    /// The time in a column, or nil.
    @inlinable
    public func optionalTimestamp(_ column: Int32) -> Timestamp? { isNull(column) ? nil : timestamp(column) }

    /// The text in a column as it lies in the engine, without a copy; without an address when it is null.
    @inlinable
    public func utf8(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        let start: UnsafePointer<UInt8>?
        let count: Int32
        if number < 0 {
            start = sqlite3_column_text(rows, column)
            count = start == nil ? 0 : sqlite3_column_bytes(rows, column)
        } else {
            count = PQgetlength(rows, number, column)
            start =
                count == 0 && PQgetisnull(rows, number, column) == 1
                ? nil : UnsafeRawPointer(PQgetvalue(rows, number, column))?.assumingMemoryBound(to: UInt8.self)
        }
        return UnsafeBufferPointer(start: start, count: Int(count))
    }

    /// The text in a column; empty when it is null.
    public func text(_ column: Int32) -> String { String(decoding: utf8(column), as: UTF8.self) }

    /// The column as a value of its own.
    public func value(_ column: Int32) -> SQLValue {
        if isNull(column) { return .null }
        let isInteger =
            number < 0
            ? sqlite3_column_type(rows, column) == SQLITE_INTEGER
            : PostgresType.integers.contains(PQftype(rows, column))
        return isInteger ? .integer(integer(column)) : .text(text(column))
    }
}
