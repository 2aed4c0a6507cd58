import CSQLite
import Wire

/// The row a statement stands on. It is valid only inside the closure that received it.
public struct Row: ~Copyable {
    @usableFromInline let statement: OpaquePointer

    /// Whether the column is null.
    @inlinable
    public func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    /// The integer in a column; 0 when it is null.
    @inlinable
    public func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// The integer in a column, or nil.
    public func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    /// Whether the column holds 1.
    public func flag(_ column: Int32) -> Bool { integer(column) == 1 }

    /// The time in a column; the epoch when it is null.
    public func timestamp(_ column: Int32) -> Timestamp { Timestamp(microseconds: integer(column)) }

    /// The text in a column as it lies in the engine, without a copy; without an address when it is null.
    @inlinable
    public func utf8(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        guard let start = sqlite3_column_text(statement, column) else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }

    /// The text in a column; empty when it is null.
    public func text(_ column: Int32) -> String { String(decoding: utf8(column), as: UTF8.self) }

    /// The column as a value of its own.
    public func value(_ column: Int32) -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_NULL: .null
        case SQLITE_INTEGER: .integer(integer(column))
        default: .text(text(column))
        }
    }
}
