extension Composer {
    /// A text and where it stands.
    struct Cell {
        let lines: [TextLine]
        let column: Column
    }

    /// Which lines of a row must be on the same page.
    enum Keep {
        /// All, and what follows too.
        case next
        /// The first and the last few.
        case ends
        /// All if they are few, otherwise the first and the last.
        case short
    }

    func cell(_ text: String, _ font: Font, _ column: Column = .whole) throws -> Cell {
        Cell(lines: try typesetter.lines(text, font, width: column.width), column: column)
    }

    func cell(_ text: StyledText, _ font: Font, _ column: Column) throws -> Cell {
        Cell(lines: try typesetter.lines(StyledBytes(text), font, width: column.width), column: column)
    }

    /// The strips of a row: one for each line of its tallest cell.
    func strips(_ cells: [Cell], padding: Double = 0, keep: Keep) -> [Strip] {
        let count = cells.map(\.lines.count).max() ?? 0
        var strips = (0..<count).map { strip(cells, line: $0) }
        guard !strips.isEmpty else { return [] }
        strips[0].height += padding
        for index in strips[0].pieces.indices { strips[0].pieces[index].baseline += padding }
        strips[count - 1].height += padding
        let isWhole = keep == .short && strips.reduce(0) { $0 + $1.height } <= Style.wholeRow
        for index in strips.indices {
            if index > 0 { strips[index].gapAtTop = padding }
            let isLast = index == count - 1
            let isEnd = index < Style.firstLines - 1 || index >= count - Style.lastLines
            strips[index].keepsNext = keep == .next || (!isLast && (isWhole || isEnd))
        }
        return strips
    }

    /// The heads of columns: a single strip.
    func head(_ titles: [String], _ columns: [Column]) -> Strip {
        let cells = zip(titles, columns).map { title, column in
            let title = PlainText.line(title)
            let layout = typesetter.short(title, Style.head, width: column.width, lines: Style.headLines)
            return Cell(lines: layout.lines, column: column)
        }
        var head = Strip(height: Style.cellPadding, pieces: [], isShaded: true, rule: .strongRule)
        for strip in strips(cells, keep: .next) {
            for var piece in strip.pieces {
                piece.baseline += head.height
                head.pieces.append(piece)
            }
            head.height += strip.height
        }
        head.height += Style.cellPadding
        return head
    }

    /// The lines of a number, on one baseline.
    private func strip(_ cells: [Cell], line: Int) -> Strip {
        let present = cells.enumerated().filter { line < $0.element.lines.count }
        let ascent = present.map { $0.element.lines[line].ascent }.max() ?? 0
        let descent = present.map { $0.element.lines[line].descent }.max() ?? 0
        return Strip(
            height: ascent + descent,
            pieces: present.map { index, cell in
                Piece(
                    line: cell.lines[line], x: cell.column.x + cell.lines[line].x, baseline: ascent,
                    order: Piece.Order(row: row, column: index, line: line))
            })
    }
}
