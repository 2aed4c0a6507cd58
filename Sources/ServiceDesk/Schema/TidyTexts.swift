import Store
import Wire

/// Brings what is stored in line with what input is held to: texts of one line hold no control characters, and links
/// are addresses of the web. The columns are those there were at this step, whatever schemas say later. Records keep
/// the time of their last change.
enum TidyTexts {
    /// The columns of a table that hold one line each.
    private struct Lines {
        let table: String
        /// The column that names a row.
        var key = "id"
        /// Those that every row has a text in.
        let required: [String]
        var optional: [String] = []
    }

    private static let lines = [
        Lines(table: "accounts", key: "number", required: ["name"]),
        Lines(table: "tokens", required: ["name"]),
        Lines(table: "attachments", required: ["name"]),
        Lines(table: "phases", required: ["name"]),
        Lines(
            table: "people", required: ["name"],
            optional: [
                "employee_id", "support_id", "support_folded", "job_title", "location", "locale", "source", "source_id",
            ]),
        Lines(
            table: "organizations", required: ["name"], optional: ["financial_id", "region", "source", "source_id"]),
        Lines(table: "teams", required: ["name"], optional: ["inbound_email_local_part", "source", "source_id"]),
        Lines(table: "services", required: ["name"], optional: ["keywords", "source", "source_id"]),
        Lines(
            table: "requests", required: ["subject"],
            optional: ["closure_code", "rfc_type", "supplier_request_id", "source", "source_id"]),
        Lines(table: "workflows", required: ["subject"], optional: ["workflow_type", "source", "source_id"]),
        Lines(table: "tasks", required: ["subject"], optional: ["supplier_request_id", "source", "source_id"]),
    ]

    /// The tables with a link to a picture.
    private static let pictured = ["people", "organizations", "teams", "services"]
    private static let longestLink = 2_000

    /// So many rows are held at a time.
    private static let portion = 1_000

    static func apply(_ transaction: Transaction, _ dialect: Dialect) throws {
        for lines in lines { try fold(transaction, dialect, lines) }
        try tidySignIns(transaction, dialect)
        for table in pictured { try tidyLinks(transaction, table) }
    }

    private static func fold(_ transaction: Transaction, _ dialect: Dialect, _ lines: Lines) throws {
        let columns = lines.required + lines.optional
        let broken = dialect.breakLine(columns)
        try eachRow(of: lines.table, key: lines.key, columns, where: broken, transaction) { id, texts in
            for (column, text) in zip(columns, texts) {
                guard let text = text.text, !text.isOneLine else { continue }
                var line: String? = text.onOneLine
                if line == "" { line = lines.required.contains(column) ? "?" : nil }
                try transaction.execute(
                    """
                    UPDATE \(raw: lines.table) SET \(raw: column) = \(line.sqlValue)
                    WHERE \(raw: lines.key) = \(id)
                    """)
            }
        }
    }

    /// What tells people apart is not folded: one could thereby get what is another's. An address becomes one that
    /// nobody has and that leads nowhere; an identity provider's name of a person is given up.
    private static func tidySignIns(_ transaction: Transaction, _ dialect: Dialect) throws {
        let broken = dialect.breakLine(["primary_email"])
        try eachRow(of: "people", ["primary_email"], where: broken, transaction) { id, texts in
            var address = String(
                String.UnicodeScalarView((texts[0].text ?? "").unicodeScalars.map { $0.breaksLine ? "?" : $0 }))
            while try isTaken(address, transaction.db) { address = "?" + address }
            try transaction.execute(
                """
                UPDATE people SET primary_email = \(address), email_folded = \(address.lowercased()) WHERE id = \(id)
                """)
        }
        try transaction.execute(
            "UPDATE people SET authentication_id = NULL WHERE \(dialect.breakLine(["authentication_id"]))")
    }

    private static func isTaken(_ address: String, _ db: Database) throws -> Bool {
        try db.first("SELECT 1 FROM people WHERE email_folded = \(address.lowercased())") { _ in true } ?? false
    }

    private static func tidyLinks(_ transaction: Transaction, _ table: String) throws {
        try eachRow(of: table, ["picture_uri"], where: "picture_uri IS NOT NULL", transaction) { id, links in
            guard let link = links[0].text, !WebAddress.isValid(link) else { return }
            try transaction.execute(
                "UPDATE \(raw: table) SET picture_uri = \(escaped(link).sqlValue) WHERE id = \(id)")
        }
    }

    /// A link as browsers read it: without line breaks, and without spaces about it, other odd characters by their
    /// bytes. Nil when that is no address of the web either.
    private static func escaped(_ link: String) -> String? {
        let odd = "\"<>[\\]^`{|}".utf8
        var text = String(link.unicodeScalars.filter { !$0.breaksLine })
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        let address = text.utf8.map { byte in
            (0x21...0x7E).contains(byte) && !odd.contains(byte)
                ? String(Unicode.Scalar(byte)) : PercentEncoding.escape(byte)
        }.joined()
        return address.utf8.count <= longestLink && WebAddress.isValid(address) ? address : nil
    }

    /// Steps through rows by key. No row is asked for twice, so they may be changed meanwhile.
    private static func eachRow(
        of table: String, key: String = "id", _ columns: [String], where condition: SQL, _ transaction: Transaction,
        _ body: (Int64, [SQLValue]) throws -> Void
    ) throws {
        var last = Int64.min
        while true {
            let rows = try transaction.db.all(
                """
                SELECT \(raw: key), \(raw: columns.joined(separator: ", ")) FROM \(raw: table)
                WHERE \(raw: key) > \(last) AND (\(condition)) ORDER BY \(raw: key) LIMIT \(raw: String(portion))
                """
            ) { row in (key: row.integer(0), values: columns.indices.map { row.value(Int32($0) + 1) }) }
            for row in rows { try body(row.key, row.values) }
            guard rows.count == portion, let end = rows.last else { return }
            last = end.key
        }
    }
}

extension Dialect {
    /// Whether one of the columns holds what `Unicode.Scalar.breaksLine` says. Each engine has patterns of its own; the
    /// one that has no rows to lock is the embedded one.
    fileprivate func breakLine(_ columns: [String]) -> SQL {
        let (sign, pattern) =
            lock.isEmpty
            ? ("GLOB", "*[\u{1}-\u{1F}\u{7F}-\u{9F}\u{2028}\u{2029}]*")
            : ("~", #"[\u0001-\u001F\u007F-\u009F\u2028\u2029]"#)
        return SQL(
            text: columns.map { "\($0) \(sign) ?" }.joined(separator: " OR "),
            values: columns.map { _ in .text(pattern) })
    }
}
