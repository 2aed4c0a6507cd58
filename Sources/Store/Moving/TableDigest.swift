import Crypto
import Wire

/// What the rows of a table come to, whichever engine holds them: how many there are, and a hash of all their values in
/// the order of the primary key.
public struct TableDigest: Sendable, Equatable {
    public let table: String
    public let rows: Int64
    /// SHA-256, in lower-case hexadecimal.
    public let checksum: String
}

/// A digest being made.
struct TableHash {
    private var hash = SHA256()
    private var bytes: [UInt8] = []
    private(set) var rows: Int64 = 0

    /// How many bytes are collected before they are hashed.
    private static let portion = 65_536

    /// Every value is written with its type and length, so that no two rows come to the same bytes.
    mutating func add(_ row: [SQLValue]) {
        rows += 1
        for value in row {
            switch value {
            case .null: bytes.append(0)
            case .integer(let integer):
                bytes.append(1)
                withUnsafeBytes(of: integer.littleEndian) { bytes += $0 }
            case .text(let text):
                bytes.append(2)
                withUnsafeBytes(of: Int64(text.utf8.count).littleEndian) { bytes += $0 }
                bytes += text.utf8
            }
        }
        if bytes.count >= Self.portion { flush() }
    }

    mutating func digest(of table: String) -> TableDigest {
        flush()
        return TableDigest(table: table, rows: rows, checksum: Hexadecimal.text(hash.finalize()))
    }

    private mutating func flush() {
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        bytes.removeAll(keepingCapacity: true)
    }
}
