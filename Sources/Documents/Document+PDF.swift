extension Document {
    /// The document as a PDF file. Equal documents have equal bytes, as long as the installed fonts and libraries stay.
    ///
    /// Any number of threads may call it; they take turns. It takes processor time in proportion to the text, so that a
    /// server calls it apart from its event loops.
    /// - Throws: `DocumentError`.
    public func pdf() throws -> [UInt8] {
        guard textSize <= Self.textLimit else {
            throw DocumentError(.tooLarge, "a document has at most \(Self.textLimit) bytes of text")
        }
        return try Typesetter.use(language: language) { typesetter in
            let pages = try Composer.pages(of: self, typesetter)
            return try PDFWriter.write(self, pages, typesetter)
        }
    }

    /// In bytes of UTF-8.
    private var textSize: Int {
        blocks.reduce(title.utf8.count + (subtitle?.utf8.count ?? 0) + footer.utf8.count) { $0 + $1.textSize }
    }
}

extension Document.Block {
    /// In bytes of UTF-8. Every text counts as at least one, so that many empty ones are not free.
    fileprivate var textSize: Int {
        switch self {
        case .heading(let text), .text(let text): max(text.utf8.count, 1)
        case .paragraphs(let paragraphs):
            paragraphs.reduce(0) { $1.text.runs.reduce($0 + max($1.marker.utf8.count, 1)) { $0 + $1.text.utf8.count } }
        case .facts(let facts): facts.reduce(0) { $0 + max($1.label.utf8.count, 1) + max($1.value.utf8.count, 1) }
        case .table(let table):
            table.columns.reduce(0) { $0 + max($1.title.utf8.count, 1) }
                + table.rows.reduce(0) { $1.reduce($0) { $0 + max($1.utf8.count, 1) } }
        }
    }
}
