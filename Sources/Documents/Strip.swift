/// What lies between two places where a page may end: the lines that stand side by side. Lengths are in points.
struct Strip {
    var height: Double
    var pieces: [Piece]
    /// The space above it, except at the top of a page.
    var gap = 0.0
    /// The space above it at the top of a page.
    var gapAtTop = 0.0
    /// Whether it has a grey ground.
    var isShaded = false
    /// Drawn along its bottom.
    var rule: Color?
    /// Whether the next one must be on the same page, if a page can hold them.
    var keepsNext = false
    /// What is printed above it at the top of a page.
    var head: TableHead?

    /// The heads of a table's columns.
    final class TableHead {
        let strip: Strip

        init(_ strip: Strip) { self.strip = strip }
    }
}

/// A line and where it stands in its strip, or on its page.
struct Piece {
    let line: TextLine
    var x: Double
    var baseline: Double
    /// What is to be read first comes first: cells whole, though their lines stand side by side.
    let order: Order

    struct Order: Comparable {
        var row: Int
        var column: Int
        var line: Int

        static func < (left: Order, right: Order) -> Bool {
            (left.row, left.column, left.line) < (right.row, right.column, right.line)
        }
    }
}
