import CPango

/// Draws on the pages of a surface, within their margins.
final class Canvas {
    private let context: OpaquePointer?

    init(_ surface: OpaquePointer?) { context = cairo_create(surface) }

    deinit { cairo_destroy(context) }

    /// Whether all went well so far.
    var status: cairo_status_t { cairo_status(context) }

    func draw(_ page: Page) {
        for shade in page.shades {
            setColor(.shade)
            cairo_rectangle(context, Style.sideMargin, Style.topMargin + shade.y, Style.width, shade.height)
            cairo_fill(context)
        }
        for rule in page.rules { drawRule(Style.topMargin + rule.y, rule.color) }
        for piece in page.pieces.sorted(by: { $0.order < $1.order }) {
            draw(piece.line, Style.sideMargin + piece.x, Style.topMargin + piece.baseline)
        }
    }

    /// The line at the bottom of a page.
    func drawFooter(_ footer: TextLayout, _ number: TextLayout) {
        let rule = Style.pageHeight - Style.footerRule
        drawRule(rule, .rule)
        let numberStart = Style.pageWidth - Style.sideMargin - number.width
        for (layout, x) in [(footer, Style.sideMargin), (number, numberStart)] {
            guard let line = layout.lines.first else { continue }
            draw(line, x + line.x, rule + Style.footerGap + line.ascent)
        }
    }

    func endPage() { cairo_show_page(context) }

    private func draw(_ line: TextLine, _ x: Double, _ baseline: Double) {
        setColor(line.layout.font.color)
        cairo_move_to(context, x, baseline)
        pango_cairo_show_layout_line(context, line.pointer)
    }

    private func drawRule(_ y: Double, _ color: Color) {
        setColor(color)
        cairo_set_line_width(context, Style.thinRule)
        cairo_move_to(context, Style.sideMargin, y)
        cairo_line_to(context, Style.pageWidth - Style.sideMargin, y)
        cairo_stroke(context)
    }

    private func setColor(_ color: Color) { cairo_set_source_rgb(context, color.red, color.green, color.blue) }
}
