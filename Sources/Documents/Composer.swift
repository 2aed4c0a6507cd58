/// Turns a document's blocks into strips and puts them on pages.
struct Composer {
    let typesetter: Typesetter
    private var paginator = Paginator()
    /// How many rows there were, of all kinds.
    private(set) var row = 0
    /// The space that the next block wants above it.
    private var gap = 0.0

    /// The pages of a document; at least one.
    /// - Throws: `DocumentError` when it is past a limit.
    static func pages(of document: Document, _ typesetter: Typesetter) throws -> [Page] {
        var composer = Composer(typesetter: typesetter)
        try composer.title(document)
        for block in document.blocks { try composer.add(block) }
        try composer.paginator.finish()
        return composer.paginator.pages
    }

    private init(typesetter: Typesetter) { self.typesetter = typesetter }

    private mutating func title(_ document: Document) throws {
        let title = PlainText.line(document.title)
        let subtitle = PlainText.lines(document.subtitle ?? "")
        var rows: [Cell] = []
        if !title.isEmpty { rows.append(try cell(title, Style.title)) }
        if !subtitle.isEmpty { rows.append(try cell(subtitle, Style.subtitle)) }
        for (index, row) in rows.enumerated() {
            var strips = strips([row], padding: Style.titlePadding, keep: .next)
            if index == rows.count - 1 {
                strips[strips.count - 1].height += Style.titleGap
                strips[strips.count - 1].rule = .strongRule
            }
            try add(strips)
        }
        if !rows.isEmpty { gap = Style.headingGap }
    }

    private mutating func add(_ block: Document.Block) throws {
        switch block {
        case .heading(let text):
            let text = PlainText.line(text)
            guard !text.isEmpty else { return }
            gap = Style.headingGap
            try add(strips([cell(text, Style.heading)], keep: .next))
            gap = Style.headingBelow
        case .text(let text):
            let text = PlainText.lines(text)
            guard !text.isEmpty else { return }
            try add(strips([cell(text, Style.body)], keep: .ends))
            gap = Style.blockGap
        case .paragraphs(let paragraphs): try add(paragraphs)
        case .facts(let facts): try add(facts)
        case .table(let table): try add(table)
        }
    }

    private mutating func add(_ paragraphs: [Document.Paragraph]) throws {
        for paragraph in paragraphs {
            let columns = Column.item(level: paragraph.level, isMarked: !paragraph.marker.isEmpty)
            var cells = [try cell(paragraph.text, Style.body, columns.text)]
            if !paragraph.marker.isEmpty {
                let marker = typesetter.short(PlainText.line(paragraph.marker), Style.body, width: columns.marker.width)
                cells.insert(Cell(lines: marker.lines, column: columns.marker), at: 0)
            }
            if paragraph.isClose { gap = min(gap, Style.closeGap) }
            try add(strips(cells, keep: paragraph.isHeading ? .next : .ends))
            gap = Style.blockGap
        }
    }

    private mutating func add(_ facts: [(label: String, value: String)]) throws {
        guard !facts.isEmpty else { return }
        let labels = facts.map { PlainText.line($0.label) }
        let widest = labels.map { typesetter.short($0, Style.label).width }.max() ?? 0
        // A little more, so that rounding does not wrap the widest.
        let columns = Column.facts(labelWidth: widest + 0.5)
        for (index, fact) in facts.enumerated() {
            let label = try cell(labels[index], Style.label, columns[0])
            let value = try cell(PlainText.lines(fact.value), Style.body, columns[1])
            var strips = strips([label, value], padding: Style.factPadding, keep: .short)
            // The first is not left alone below a heading.
            if index == 0, facts.count > 1 { strips[strips.count - 1].keepsNext = true }
            try add(strips)
        }
        gap = Style.blockGap
    }

    private mutating func add(_ table: Document.Table) throws {
        guard !table.columns.isEmpty else { return }
        guard table.columns.count <= Document.Table.columnLimit else {
            throw DocumentError(.tooLarge, "a table has at most \(Document.Table.columnLimit) columns")
        }
        let columns = Column.table(shares: table.columns.map(\.share))
        let head = Strip.TableHead(head(table.columns.map(\.title), columns))
        var first = head.strip
        first.keepsNext = !table.rows.isEmpty
        try add([first])
        for (index, row) in table.rows.enumerated() {
            let cells = try columns.enumerated().map { number, column in
                try cell(number < row.count ? PlainText.lines(row[number]) : "", Style.cell, column)
            }
            var strips = strips(cells, padding: Style.cellPadding, keep: .short)
            for number in strips.indices { strips[number].head = head }
            strips[strips.count - 1].rule = .rule
            // The last row is not left alone below a head.
            if index == table.rows.count - 2 { strips[strips.count - 1].keepsNext = true }
            try add(strips)
        }
        gap = Style.blockGap + Style.cellPadding
    }

    /// The strips of a block, or of a row of one; the first of a block stands off from what was before.
    private mutating func add(_ strips: [Strip]) throws {
        for (index, var strip) in strips.enumerated() {
            if index == 0 { strip.gap = gap }
            try paginator.add(strip)
        }
        gap = 0
        row += 1
    }
}
