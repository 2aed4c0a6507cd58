/// Where the columns of a table stand: from the left edge of the text area, in points.
struct Column: Equatable {
    let x: Double
    let width: Double

    /// The whole text area.
    static let whole = Column(x: 0, width: Style.width)

    /// A narrow one for labels and what is left for their values.
    static func facts(labelWidth: Double) -> [Column] {
        let width = min(labelWidth, Style.width * Style.labelShare)
        let start = width + Style.columnGap
        return [Column(x: 0, width: width), Column(x: start, width: Style.width - start)]
    }

    /// A paragraph's, and that of the marker before it.
    static func item(level: Int, isMarked: Bool) -> (marker: Column, text: Column) {
        let start = Double(min(max(level, 0), Document.Paragraph.levelLimit)) * Style.indent
        let text = isMarked ? start + Style.indent : start
        return (
            Column(x: start, width: Style.indent - Style.markerGap), Column(x: text, width: Style.width - text)
        )
    }

    /// Those of a table, by the shares of its columns.
    static func table(shares: [Double]) -> [Column] {
        // So bounded, sums stay finite and no column is lost.
        let shares = shares.map { $0 > 0 ? min(max($0, 1e-3), 1e6) : 1 }
        let total = shares.reduce(0, +)
        let least = Style.leastColumnShare / Double(max(shares.count, 1))
        let widened = shares.map { max($0 / total, least) }
        let gap = min(Style.columnGap, Style.width / Double(max(shares.count, 1)) / 3)
        let room = Style.width - 2 * Style.tableInset - gap * Double(max(shares.count - 1, 0))
        let scale = room / widened.reduce(0, +)
        var x = Style.tableInset
        return widened.map { share in
            defer { x += share * scale + gap }
            return Column(x: x, width: share * scale)
        }
    }
}
