/// How documents look. Lengths are in points, of which there are 72 to the inch.
enum Style {
    /// A4.
    static let pageWidth = 210 * millimetre
    static let pageHeight = 297 * millimetre
    static let sideMargin = 20 * millimetre
    static let topMargin = 20 * millimetre
    /// Below the text; the footer stands in it.
    static let bottomMargin = 24 * millimetre
    static let width = pageWidth - 2 * sideMargin
    static let height = pageHeight - topMargin - bottomMargin
    /// From the bottom of the page to the rule above the footer.
    static let footerRule = 16 * millimetre
    static let footerGap = 5.0
    static let pageNumberWidth = 72.0
    private static let millimetre = 72 / 25.4

    /// Those that have no character of a script are passed over; the last name is the system's choice.
    static let families =
        "Noto Sans, Noto Sans Arabic, Noto Sans Hebrew, Noto Sans Devanagari, Noto Sans Thai, sans-serif"

    /// For what is to stand in letters of one width.
    static let codeFamilies = "Noto Sans Mono, DejaVu Sans Mono, monospace"

    static let title = Font(size: 20, isBold: true, color: .ink)
    static let subtitle = Font(size: 10, color: .quiet)
    static let heading = Font(size: 12, isBold: true, color: .ink)
    static let label = Font(size: 9.5, isBold: true, color: .ink)
    static let body = Font(size: 9.5, color: .ink)
    static let head = Font(size: 8.5, isBold: true, color: .ink)
    static let cell = Font(size: 8.5, color: .ink)
    static let footer = Font(size: 7.5, color: .quiet)

    static let thinRule = 0.5
    /// Below the title.
    static let titleGap = 10.0
    static let titlePadding = 2.0
    static let headingGap = 18.0
    static let headingBelow = 5.0
    static let blockGap = 8.0
    /// Between the items of a list.
    static let closeGap = 2.0
    /// A step to the right.
    static let indent = 16.0
    /// Between a marker and what it marks.
    static let markerGap = 3.0
    static let factPadding = 2.0
    static let cellPadding = 3.5
    static let columnGap = 12.0
    /// Between the edge of a table's grey head and the text.
    static let tableInset = 6.0
    /// The most a column of labels takes of the width.
    static let labelShare = 0.32
    /// Of what a table's columns would have if all were equal, a column has at least this share.
    static let leastColumnShare = 0.25
    /// The most lines of a column's title.
    static let headLines: Int32 = 4

    /// The most characters of a text that is to stand in few lines.
    static let shortText = 1000

    /// Lines at the start of a text that stay on one page, and at its end.
    static let firstLines = 3
    static let lastLines = 2
    /// A row no taller than this stays on one page.
    static let wholeRow = height / 4
}

/// A size and weight of the document's typeface.
struct Font: Hashable {
    var size: Double
    var isBold = false
    var color: Color

    /// The least height of a line above its baseline, so that lines of all scripts keep their distance.
    var ascent: Double { 1.07 * size }
    /// And below.
    var descent: Double { 0.29 * size }
}

/// Parts of red, green and blue, each from 0 to 1.
struct Color: Hashable {
    var red: Double
    var green: Double
    var blue: Double

    static let ink = Color(red: 0.11, green: 0.12, blue: 0.14)
    static let quiet = Color(red: 0.40, green: 0.42, blue: 0.46)
    static let rule = Color(red: 0.82, green: 0.83, blue: 0.85)
    static let strongRule = Color(red: 0.55, green: 0.57, blue: 0.60)
    static let shade = Color(red: 0.945, green: 0.95, blue: 0.955)
}
