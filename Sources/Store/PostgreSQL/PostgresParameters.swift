import CPostgres

/// The values of one execution as libpq takes them. The arrays are kept from one execution to the next.
struct PostgresParameters {
    private var bytes: [UInt8] = []
    private var starts: [Int] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    private var pointers: [UnsafePointer<CChar>?] = []

    private static let null = -1

    /// Lays out values for the types a statement was prepared with.
    mutating func set(_ values: [SQLValue], types: [Oid]) {
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
        for (value, type) in zip(values, types) {
            let start = bytes.count
            // Whose type the server found out is sent as text, which it converts to whatever that is.
            var isBinary: Int32 = 1
            switch value {
            case .null: break
            case .integer(let integer) where type == PostgresType.bigint:
                withUnsafeBytes(of: integer.bigEndian) { bytes += $0 }
            case .integer(let integer):
                bytes += String(integer).utf8
                isBinary = 0
            case .text(let text):
                bytes += text.utf8
                if type != PostgresType.text { isBinary = 0 }
            }
            starts.append(value.isNull ? Self.null : start)
            lengths.append(Int32(bytes.count - start))
            formats.append(isBinary)
            // What is sent as text ends with a zero byte; an empty text must still have an address.
            bytes.append(0)
        }
    }

    /// Lends the values in the form of `PQsendQueryPrepared`.
    mutating func withPointers<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
    ) -> Result {
        pointers.removeAll(keepingCapacity: true)
        return bytes.withUnsafeBytes { bytes in
            for start in starts {
                pointers.append(
                    start == Self.null
                        ? nil : bytes.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self))
            }
            return body(pointers, lengths, formats)
        }
    }
}
