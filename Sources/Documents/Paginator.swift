/// A page's marks; `y` counts from the top of the text area, in points.
struct Page {
    var pieces: [Piece] = []
    var shades: [(y: Double, height: Double)] = []
    var rules: [(y: Double, color: Color)] = []
}

/// Puts strips on pages.
struct Paginator {
    static let tooManyPages = DocumentError(.tooLarge, "a document has at most \(Document.pageLimit) pages")

    private(set) var pages = [Page()]
    /// How far the last page is filled.
    private var y = 0.0
    /// Those that belong on one page, until their last is there.
    private var waiting: [Strip] = []

    /// Takes the next strip.
    /// - Throws: `DocumentError` when there are too many pages.
    mutating func add(_ strip: Strip) throws {
        waiting.append(strip)
        if !strip.keepsNext { try finish() }
    }

    /// There are no more strips.
    mutating func finish() throws {
        defer { waiting = [] }
        if !fits(waiting[...], at: y), fits(waiting[...], at: 0) { try turn(for: waiting.first) }
        for strip in waiting {
            if y > 0, !fits([strip], at: y) { try turn(for: strip) }
            put(strip)
        }
    }

    private func fits(_ strips: ArraySlice<Strip>, at start: Double) -> Bool {
        var end = start
        if start == 0, let head = strips.first?.head { end += head.strip.height }
        for strip in strips { end += (end > 0 ? strip.gap : strip.gapAtTop) + strip.height }
        // Sums of fractions are not exact.
        return end <= Style.height + 0.01
    }

    /// Begins a page with a strip.
    private mutating func turn(for strip: Strip?) throws {
        guard pages.count < Document.pageLimit else { throw Self.tooManyPages }
        pages.append(Page())
        y = 0
        if let head = strip?.head {
            put(head.strip)
            y += strip?.gapAtTop ?? 0
        }
    }

    private mutating func put(_ strip: Strip) {
        y += y > 0 ? strip.gap : strip.gapAtTop
        let page = pages.count - 1
        if strip.isShaded { pages[page].shades.append((y, strip.height)) }
        for var piece in strip.pieces {
            piece.baseline += y
            pages[page].pieces.append(piece)
        }
        y += strip.height
        if let rule = strip.rule { pages[page].rules.append((y, rule)) }
    }
}
