/// A document to print: a title and blocks, on A4 pages with a footer line and page numbers.
///
/// Texts are plain: nothing in them is markup, except where `markdown` is said. They may be of any script; each
/// paragraph runs in the direction of its first strong character. Control characters are printed as spaces, and those
/// that turn the direction of letters around are not printed.
public struct Document: Sendable {
    /// The most pages a document may have.
    public static let pageLimit = 1000
    /// The most text a document may hold, in bytes of UTF-8.
    public static let textLimit = 2_000_000

    /// Printed large on the first page; also what viewers show as the file's title.
    public var title: String
    /// Printed small below the title.
    public var subtitle: String?
    /// One line at the bottom of every page, cut where it meets the page number.
    public var footer: String
    /// When the document was made, in seconds since 1970; viewers show it. Left out beyond the years 1 to 9999.
    public var createdAt: Int64
    /// The BCP 47 tag of the language of most texts. It chooses between the Chinese, Japanese and Korean forms of a
    /// character.
    public var language: String?
    public var blocks: [Block]

    public init(
        title: String, subtitle: String? = nil, footer: String = "", createdAt: Int64, language: String? = nil,
        blocks: [Block] = []
    ) {
        self.title = title
        self.subtitle = subtitle
        self.footer = footer
        self.createdAt = createdAt
        self.language = language
        self.blocks = blocks
    }

    /// What follows one another down the pages.
    public enum Block: Sendable {
        /// Stays with the first lines of what follows.
        case heading(String)
        /// Two columns: a bold label and its wrapped value.
        case facts([(label: String, value: String)])
        /// Wrapped; its line breaks are kept.
        case text(String)
        /// Wrapped as texts are, and each in its own way.
        case paragraphs([Paragraph])
        case table(Table)
    }

    /// A text of its own among others.
    public struct Paragraph: Sendable, Equatable {
        /// The most steps of `level`.
        public static let levelLimit = 8

        public var text: StyledText
        /// How many steps it is indented.
        public var level: Int
        /// What stands before its first line, such as a bullet; it takes one more step.
        public var marker: String
        /// Whether it stands close to what is before it.
        public var isClose: Bool
        /// Whether it stays with the first lines of what follows.
        public var isHeading: Bool

        public init(
            _ text: StyledText, level: Int = 0, marker: String = "", isClose: Bool = false, isHeading: Bool = false
        ) {
            self.text = text
            self.level = level
            self.marker = marker
            self.isClose = isClose
            self.isHeading = isHeading
        }
    }

    /// Wrapped cells below a head, which every page repeats. A tall row may run over to the next page.
    public struct Table: Sendable {
        /// The most columns a table may have.
        public static let columnLimit = 24

        /// The share of the page's width is relative to those of the others; what is not above 0 counts as 1.
        public var columns: [(title: String, share: Double)]
        /// Missing cells are empty; those beyond the columns are not printed.
        public var rows: [[String]]

        public init(columns: [(title: String, share: Double)], rows: [[String]]) {
            self.columns = columns
            self.rows = rows
        }
    }
}
